"""The rows in which the stages meet: one aggregate a file."""

from pipeline.models.article import Approval, Article, Finding, NearKey, Picture, Revision, State, Stop
from pipeline.models.audit import AuditEntry, AuditText
from pipeline.models.delivery import BEGUN, Delivery, DeliveryState
from pipeline.models.office import ChannelState, OfficeFact, StoredSecret, Tick, TickState
from pipeline.models.source import Source, SourceState

__all__ = [
    "BEGUN",
    "Approval",
    "Article",
    "AuditEntry",
    "AuditText",
    "ChannelState",
    "Delivery",
    "DeliveryState",
    "Finding",
    "NearKey",
    "OfficeFact",
    "Picture",
    "Revision",
    "Source",
    "SourceState",
    "State",
    "Stop",
    "StoredSecret",
    "Tick",
    "TickState",
]
