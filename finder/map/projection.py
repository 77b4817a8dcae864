"""Degrees to kilometres on a flat map, and back. Pure.

Albers' equal-area conic on a sphere (J. P. Snyder, Map projections: a working manual, USGS
Professional Paper 1395, 1987, pages 98 to 103), which draws a country and a town alike; and the
square Mercator of maps on screens.
"""

import math
from dataclasses import dataclass

import numpy as np

EARTH_KM = 6371.0088


def unwrapped(longitudes, about):
    """Longitudes as those within half a turn of `about`: the Aleutians stay beside Alaska."""
    return about + (np.asarray(longitudes, dtype=float) - about + 180) % 360 - 180


@dataclass(frozen=True)
class Albers:
    """x east and y north in km from (latitude, longitude); true to scale on both parallels.

    The two must not lie as far south as north of the equator.
    """

    latitude: float
    longitude: float
    south: float
    north: float

    @classmethod
    def about(cls, latitude, longitude, *, reach=2.0):
        """For a map of the country around a point, `reach` degrees to the south and north."""
        least = math.copysign(0.01, latitude) if abs(latitude) < 0.01 else latitude
        return cls(latitude, longitude, least - 0.6 * reach, least + 0.6 * reach)

    @property
    def _cone(self):
        """(n, C, rho0) of Snyder's formulas 14-3, 14-5 and 14-6."""
        one, two = math.radians(self.south), math.radians(self.north)
        n = (math.sin(one) + math.sin(two)) / 2
        c = math.cos(one) ** 2 + 2 * n * math.sin(one)
        return n, c, self._rho(math.radians(self.latitude), n, c)

    @staticmethod
    def _rho(phi, n, c):
        return EARTH_KM * np.sqrt(np.maximum(c - 2 * n * np.sin(phi), 0)) / n

    def flat(self, latitudes, longitudes):
        """Arrays (x, y) in km of degrees."""
        n, c, rho0 = self._cone
        rho = self._rho(np.radians(latitudes), n, c)
        theta = n * np.radians(unwrapped(longitudes, self.longitude) - self.longitude)
        return rho * np.sin(theta), rho0 - rho * np.cos(theta)

    def round(self, x, y):
        """Arrays (latitudes, longitudes) of km: what `flat` undoes."""
        n, c, rho0 = self._cone
        x, up = np.asarray(x, dtype=float), rho0 - np.asarray(y, dtype=float)
        sign = math.copysign(1, n)
        rho = np.hypot(x, up)
        theta = np.arctan2(sign * x, sign * up)
        sine = np.clip((c - (rho * n / EARTH_KM) ** 2) / (2 * n), -1, 1)
        longitudes = self.longitude + np.degrees(theta / n)
        return np.degrees(np.arcsin(sine)), (longitudes + 180) % 360 - 180


@dataclass(frozen=True)
class Mercator:
    """x east and y north in km at the equator, from (0, longitude)."""

    longitude: float

    def flat(self, latitudes, longitudes):
        phi = np.radians(np.clip(latitudes, -85, 85))
        x = EARTH_KM * np.radians(unwrapped(longitudes, self.longitude) - self.longitude)
        return x, EARTH_KM * np.log(np.tan(math.pi / 4 + phi / 2))

    def round(self, x, y):
        latitudes = np.degrees(2 * np.arctan(np.exp(np.asarray(y) / EARTH_KM)) - math.pi / 2)
        longitudes = self.longitude + np.degrees(np.asarray(x) / EARTH_KM)
        return latitudes, (longitudes + 180) % 360 - 180
