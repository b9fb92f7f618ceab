"""Django's registration of this room, and the one arrow that points up: the directory's signal."""

from django.apps import AppConfig


class DownstreamConfig(AppConfig):
    name = "downstream"

    def ready(self) -> None:
        from directory.signals import changed
        from downstream.owing import owe

        changed.connect(owe, dispatch_uid="downstream.owe")
