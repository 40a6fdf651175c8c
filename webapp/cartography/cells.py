"""What a map shows: installations one by one where they are few, gathered where they are many."""

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from etl.database import read_statement
from webapp.installations.search import Wanted
from webapp.models import db

CELL_PIXELS = 64
WORLD_PIXELS = 256  # width of the whole world at zoom 0, in the projection of web maps
CLOSEST_ZOOM = 18
NORTHERNMOST = 85.0  # where that projection ends
NAMED_SITES = 12
MOST_CELLS = 3_000
EVERYWHERE = (-180.0, -NORTHERNMOST, 180.0, NORTHERNMOST)
# Seen first, where there is something to see in it.
METROPOLIS = (-5.5, 41.2, 10.0, 51.3)
WHOLE_VIEW_ZOOM = 4


@dataclass(frozen=True, slots=True)
class View:
    """A part of the map: west, south, east, north in degrees, and its zoom."""

    west: float
    south: float
    east: float
    north: float
    zoom: int

    @property
    def steps(self) -> tuple[float, float]:
        """Return the sides of a cell in degrees: squares on the screen at the middle of the view."""
        step = 360 * CELL_PIXELS / (WORLD_PIXELS * 2**self.zoom)
        return step, step * math.cos(math.radians((self.south + self.north) / 2))


def read_view(box: str, zoom: str) -> View | None:
    """Return the view of an address (`west,south,east,north` and a zoom), None where it is none."""
    try:
        west, south, east, north = (float(part) for part in box.split(","))
        level = int(zoom)
    except ValueError:
        return None
    # A comparison with « not a number » is false: such a view is none either.
    is_ordered = -360 <= west < east <= 360 and -90 <= south < north <= 90
    if not is_ordered or not 0 <= level <= CLOSEST_ZOOM:
        return None
    return View(west, max(south, -NORTHERNMOST), east, min(north, NORTHERNMOST), level)


def find_cells(wanted: Wanted, view: View) -> list[Row[Any]]:
    """Return the cells of a view, the fullest first; `named` lists `[s3ic_id, name, city]` of few sites."""
    step_x, step_y = view.steps
    place = {"west": view.west, "south": view.south, "east": view.east, "north": view.north}
    limits = {"step_x": step_x, "step_y": step_y, "named": NAMED_SITES, "cells": MOST_CELLS}
    statement = read_statement("search/map_cells.sql")
    return list(db.session.connection().exec_driver_sql(statement, wanted.as_parameters() | place | limits))


def first_view(wanted: Wanted) -> tuple[float, float, float, float]:
    """Return the box that holds what was asked for: in the metropolis, else wherever it is."""
    for box in (METROPOLIS, EVERYWHERE):
        cells = find_cells(wanted, View(*box, WHOLE_VIEW_ZOOM))
        if cells:
            return (
                min(cell.west for cell in cells),
                min(cell.south for cell in cells),
                max(cell.east for cell in cells),
                max(cell.north for cell in cells),
            )
    return METROPOLIS
