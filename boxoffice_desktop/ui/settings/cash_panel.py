"""From which amounts on cash needs more than a cashier's word, with a button that saves it for every till."""

from PySide6.QtWidgets import QWidget

from boxoffice_desktop.documents.formatting import format_amount, parse_amount
from boxoffice_desktop.domain.errors import InvalidInputError
from boxoffice_desktop.services.cash_limits import CashLimits, get_cash_limits, save_cash_limits
from boxoffice_desktop.ui.settings.saved_panel import SavedPanel
from boxoffice_desktop.ui.tasks.runner import TaskRunner
from boxoffice_desktop.ui.widgets.form import Form


class CashPanel(SavedPanel[CashLimits]):
    """The limits of cash."""

    def __init__(self, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(tasks, Form(columns=2), self.tr("Save the &limits"), parent)
        facts = tasks.desk.describe()
        self._currency, self._locale = facts.currency, facts.locale
        self.form.add_line("pay_out_limit", self.tr("A pay-out above … needs an approval"))
        self.form.add_line("difference_limit", self.tr("A count that is off by more than … needs a reason"))
        self.arrange(self.tr("Cash, at every till of the venue"), self.form)

    def ask(self) -> None:
        """Read the limits."""
        self.tasks.read(self, get_cash_limits, {}, done=self.show_value, failed=self.on_failed, key="limits")

    def fill(self, value: CashLimits) -> None:
        """Amounts as they are typed in the venue's locale."""
        self.form.set_text("pay_out_limit", self._say_amount(value.pay_out_limit))
        self.form.set_text("difference_limit", self._say_amount(value.difference_limit))

    def typed(self) -> CashLimits | None:
        """The limits that the fields say."""
        values, problems = {}, {}
        for name in ("pay_out_limit", "difference_limit"):
            try:
                values[name] = parse_amount(self.form.text(name), self._currency, self._locale)
            except InvalidInputError as error:
                problems[name] = str(error)
        self.form.show_problems(problems)
        return None if problems else CashLimits(**values)

    def write(self, value: CashLimits, read: CashLimits) -> None:
        """Save the limits."""
        arguments = {"limits": value, "read": read}
        self.tasks.write(self, save_cash_limits, arguments, done=self.on_saved, failed=self.on_failed)

    def word_stale(self, who: str, current: CashLimits) -> str:
        """With both limits, so that nobody has to look them up."""
        words = self.tr("Not saved: {who} has just set {pay_out} and {difference}. Save again to put yours there.")
        return words.format(
            who=who,
            pay_out=self._say_amount(current.pay_out_limit),
            difference=self._say_amount(current.difference_limit),
        )

    def _say_amount(self, amount: int) -> str:
        return format_amount(amount, self._currency, self._locale)
