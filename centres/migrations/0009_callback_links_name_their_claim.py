import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0008_submissions'),
    ]

    operations = [
        migrations.AddField(
            model_name='callbacklink',
            name='claim',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='callback_links', to='centres.claim'),
        ),
    ]
