"""Two people at once, in real threads, each on a connection of their own."""

import threading

from django.db import IntegrityError, connection

from centres import workflow

#: What the second may be told; anything else is a fault.
TOLD = (workflow.Refused, IntegrityError)


def together(*steps):
    """Run functions at once, each on a connection of its own; what each gave, or how it failed."""
    results, ready = [None] * len(steps), threading.Barrier(len(steps))

    def run(number, step):
        try:
            connection.ensure_connection()
            ready.wait(20)
            results[number] = step()
        except BaseException as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(steps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, TOLD):
            raise result
    return results


def one_wins(results):
    """One of two steps was taken, and the other refused with a sentence."""
    refused = [result for result in results if isinstance(result, BaseException)]
    assert len(refused) == 1, results
    assert isinstance(refused[0], workflow.Refused), refused
    assert str(refused[0]).endswith(".")
    return refused[0]
