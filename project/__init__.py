"""Composition: settings, URLs, Celery; nobody imports this room."""

from project.celery import app as celery_app

__all__ = ["celery_app"]
