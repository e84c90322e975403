"""The rows in which the stages meet: one aggregate a file."""

from pipeline.models.article import (
    Acceptance,
    Approval,
    Article,
    Finding,
    NearKey,
    OwnWords,
    Picture,
    Revision,
    State,
    Stop,
    floods,
)
from pipeline.models.audit import AuditEntry, AuditText
from pipeline.models.broadcast import Broadcast, BroadcastState
from pipeline.models.bulletin import Airing, Bulletin
from pipeline.models.delivery import BEGUN, Delivery, DeliveryState, Errand
from pipeline.models.draft import Draft, Opened, Upload
from pipeline.models.office import ChannelState, OfficeFact, Pace, StoredSecret, Tick, TickState
from pipeline.models.people import Appointment
from pipeline.models.source import Source, SourceState

__all__ = [
    "BEGUN",
    "Acceptance",
    "Airing",
    "Appointment",
    "Approval",
    "Article",
    "AuditEntry",
    "AuditText",
    "Broadcast",
    "BroadcastState",
    "Bulletin",
    "ChannelState",
    "Delivery",
    "DeliveryState",
    "Draft",
    "Errand",
    "Finding",
    "NearKey",
    "OfficeFact",
    "Opened",
    "OwnWords",
    "Pace",
    "Picture",
    "Revision",
    "Source",
    "SourceState",
    "State",
    "Stop",
    "StoredSecret",
    "Tick",
    "TickState",
    "Upload",
    "floods",
]
