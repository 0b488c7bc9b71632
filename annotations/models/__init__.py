"""The aggregates of the human side. One file each; import them from here."""

from annotations.models.appeal import Appeal
from annotations.models.assignment import Assignment, Draft, Skip
from annotations.models.campaign import Campaign, CampaignItem, CampaignRater, CampaignRubric
from annotations.models.campaign_work import CampaignWork
from annotations.models.dataset import Dataset, Item, ItemImage, Question
from annotations.models.gold import Adjudication, Gold
from annotations.models.item_import import ItemImport
from annotations.models.password_link import PasswordLink
from annotations.models.rating import CriterionScore, Rating
from annotations.models.rubric import Criterion, Rubric
from annotations.models.scorer import AutomaticScore, Scorer
from annotations.models.team import Invitation, Membership, Role, Team, User

__all__ = [
    "Adjudication",
    "Appeal",
    "Assignment",
    "AutomaticScore",
    "Campaign",
    "CampaignItem",
    "CampaignRater",
    "CampaignRubric",
    "CampaignWork",
    "Criterion",
    "CriterionScore",
    "Dataset",
    "Draft",
    "Gold",
    "Invitation",
    "Item",
    "ItemImage",
    "ItemImport",
    "Membership",
    "PasswordLink",
    "Question",
    "Rating",
    "Role",
    "Rubric",
    "Scorer",
    "Skip",
    "Team",
    "User",
]
