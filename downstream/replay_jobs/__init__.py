"""Replays of many, as jobs: started, watched, stopped, resumed, approved and worked off part by part."""

from downstream.replay_jobs.progress import Progress, progress_of
from downstream.replay_jobs.starting import start_replay
from downstream.replay_jobs.steering import approve, decline, resume, stop
from downstream.replay_jobs.working import work_off, work_off_all

__all__ = [
    "Progress",
    "approve",
    "decline",
    "progress_of",
    "resume",
    "start_replay",
    "stop",
    "work_off",
    "work_off_all",
]
