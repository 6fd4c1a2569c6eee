"""Gap: with MOTO_ACCOUNT_ID, every call is the account's, whatever account its key belongs to."""

from __future__ import annotations

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import BaseResponse
from moto.iam.models import get_account_id_from


def close_gaps() -> None:
    original = BaseResponse.get_current_account

    def get_current_account(self: BaseResponse) -> str:
        account_id = get_account_id_from(self.get_access_key())
        return str(original(self)) if account_id == DEFAULT_ACCOUNT_ID else account_id

    BaseResponse.get_current_account = get_current_account
