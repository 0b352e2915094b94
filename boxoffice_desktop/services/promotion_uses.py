"""Uses of promotions that are limited: tills hear when the last one is taken, and when one comes back."""

from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from boxoffice_desktop.db.engine import add_hint
from boxoffice_desktop.domain.selling import SaleOrder
from boxoffice_desktop.services.promotions import OFFERS_HINT

_USED_UP: Final = text(
    """
    SELECT EXISTS (SELECT FROM boxoffice.promotion p JOIN boxoffice.promotion_use u ON u.promotion_id = p.promotion_id
                    WHERE p.promotion_id = ANY (CAST(:promotions AS int[])) AND u.used >= p.uses_limit)
    """
)
_GIVEN_BACK: Final = text(
    """
    SELECT EXISTS (SELECT FROM boxoffice.promotion_return b
                     JOIN boxoffice.promotion_redemption r ON r.redemption_id = b.redemption_id
                     JOIN boxoffice.promotion p ON p.promotion_id = r.promotion_id
                    WHERE b.refund_id = :refund AND p.uses_limit IS NOT NULL)
    """
)


def hint_last_use(session: Session, order: SaleOrder) -> None:
    """Tell the tills if a promotion of a sale that was just stored is used up now: they offer it no more."""
    promotions = sorted({line.promotion_id for line in order.adjustments if line.promotion_id is not None})
    if promotions and session.connection().execute(_USED_UP, {"promotions": promotions}).scalar_one():
        add_hint(session, OFFERS_HINT, ())


def hint_given_back(session: Session, refund_id: UUID) -> None:
    """Tell the tills if a refund that was just stored has given a use back: they may offer the promotion again."""
    if session.connection().execute(_GIVEN_BACK, {"refund": refund_id}).scalar_one():
        add_hint(session, OFFERS_HINT, ())
