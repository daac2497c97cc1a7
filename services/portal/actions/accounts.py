"""What people change of accounts."""

from dataclasses import replace

from services.portal.domain.visitor import Language
from services.portal.store.accounts import lock_account, save_account
from shared.db.transaction import Transaction


async def choose_account_language(tx: Transaction, person_id: str, language: Language) -> None:
    """Store the language that the person reads, where they have an account."""
    account = await lock_account(tx, person_id)
    if account is not None and account.language != language:
        save_account(tx, replace(account, language=language, version=account.version + 1))
