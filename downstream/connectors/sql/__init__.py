"""Accounts, groups and memberships in the tables of any SQL database."""

from downstream.connectors.sql.connector import SqlConnector

__all__ = ["SqlConnector"]
