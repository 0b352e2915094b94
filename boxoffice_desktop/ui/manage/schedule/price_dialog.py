"""Whose prices a show has, why, and another list for this show alone."""

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from boxoffice_desktop.domain.schedule import ShowStatus
from boxoffice_desktop.services.schedule.show_prices import ListVerdict, ShowPrices
from boxoffice_desktop.ui.manage.schedule.dialogs import AskDialog, keep_narrow, make_label
from boxoffice_desktop.ui.manage.schedule.words import Words, plain
from boxoffice_desktop.ui.widgets.price_words import describe_rule, describe_rules

_WIDTH = 560


class PriceListDialog(AskDialog):
    """The list that applies and the reason; below, the lists to choose from, the rules first.

    `chosen_id` is what somebody wants: a list, or None for the rules.
    """

    def __init__(self, prices: ShowPrices, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Prices of the show"), self.tr("Use this list"), parent)
        self._prices, self._words = prices, words
        self.applies, self.reason = make_label("", "strong"), make_label("")
        self.choice = QComboBox()
        self.verdict = make_label("", "muted")
        self.now = QCheckBox(self.tr("Sell at these prices from now on; sold tickets keep theirs"))
        self._build()
        self.choice.currentIndexChanged.connect(self._look)
        self._look()

    @property
    def chosen_id(self) -> int | None:
        """The list that is chosen; None for the rules."""
        found = self.choice.currentData()
        return found if isinstance(found, int) else None

    @property
    def applies_now(self) -> bool:
        """Whether a show on sale gets the prices at once."""
        return self.now.isVisibleTo(self) and self.now.isChecked()

    def _build(self) -> None:
        prices = self._prices
        self.setMinimumWidth(_WIDTH)
        self.body.addWidget(make_label(f"{plain(prices.block.title)} · {self._words.describe(prices.block)}", "muted"))
        self.body.addWidget(self.applies)
        self.body.addWidget(self.reason)
        ruled = prices.find(prices.ruled_id)
        by_rules = (
            self.tr("By the rules: {list}").format(list=ruled.details.draft.name)
            if ruled is not None
            else self.tr("By the rules: none holds")
        )
        self.choice.addItem(by_rules, None)
        for each in prices.lists:
            self.choice.addItem(f"{each.details.draft.name} · {self._say_rules(each)}", each.details.price_list_id)
        keep_narrow(self.choice)
        self.choice.setAccessibleName(self.tr("Price list of this show"))
        self.choice.setCurrentIndex(max(0, self.choice.findData(prices.chosen_id)) if prices.chosen_id else 0)
        label = make_label(self.tr("For this show"), "small")
        label.setBuddy(self.choice)
        self.body.addWidget(label)
        self.body.addWidget(self.choice)
        self.body.addWidget(self.verdict)
        self.body.addWidget(self.now)
        self.body.addStretch(1)
        self.now.setVisible(prices.block.status is not ShowStatus.DRAFT)
        self.now.setChecked(True)
        self._say_what_applies()

    def _say_what_applies(self) -> None:
        applies = self._prices.applies
        if applies is None:
            self.applies.setText(self.tr("No price list holds: this show cannot go on sale."))
            self.reason.setText(self.tr("Choose one here, or write one under Prices."))
            return
        name = applies.details.draft.name
        self.applies.setText(self.tr("“{list}” applies").format(list=name))
        lines = [
            self.tr("because it was chosen for this show")
            if self._prices.chosen_id is not None
            else self.tr("because its rules hold: {rules}").format(rules=self._say_rules(applies))
        ]
        if self._prices.day != self._prices.block.span.starts_at.date():
            lines.append(
                self.tr("The show belongs to the business day of {day}, which ends at {end}.").format(
                    day=self._words.day_long(self._prices.day), end=f"{self._prices.day_ends_at:%H:%M}"
                )
            )
        selling = self._prices.find(self._prices.selling_id)
        if selling is not None and selling is not applies:
            lines.append(self.tr("It still sells at the prices of “{list}”.").format(list=selling.details.draft.name))
        self.reason.setText("\n".join(lines))

    def _look(self) -> None:
        """Say of the list that is chosen whether its own rules would hold."""
        found = self._prices.find(self.chosen_id)
        if found is None:
            self.verdict.setText("")
        elif found.holds:
            self.verdict.setText(self.tr("Its rules hold for this show too."))
        else:
            self.verdict.setText(self.tr("Its own rules are only for: {rules}").format(rules=self._say_failed(found)))

    def _say_rules(self, verdict: ListVerdict) -> str:
        details = verdict.details
        return describe_rules(details.draft, details.movie_title, self._words.locale)

    def _say_failed(self, verdict: ListVerdict) -> str:
        details = verdict.details
        return ", ".join(
            describe_rule(details.draft, details.movie_title, check.kind, self._words.locale)
            for check in verdict.checks
            if not check.holds
        )
