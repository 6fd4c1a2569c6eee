"""Gap: moto keeps a stack's termination protection, but can't change it and deletes the stack all the same."""

from __future__ import annotations

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse

UPDATED = """<UpdateTerminationProtectionResponse>
  <UpdateTerminationProtectionResult><StackId>{{ stack_id }}</StackId></UpdateTerminationProtectionResult>
</UpdateTerminationProtectionResponse>"""


def update_termination_protection(self: CloudFormationResponse) -> str:
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = self._get_param("EnableTerminationProtection") == "true"
    return self.response_template(UPDATED).render(stack_id=stack.stack_id)


def refuse_to_delete_protected() -> None:
    original = CloudFormationResponse.delete_stack

    def delete_stack(self: CloudFormationResponse) -> str:
        name = self._get_param("StackName")
        stacks = self.cloudformation_backend.stacks.values()
        if any(stack.enable_termination_protection for stack in stacks if name in (stack.name, stack.stack_id)):
            raise ValidationError(message=f"Stack [{name}] cannot be deleted while TerminationProtection is enabled")
        return original(self)

    CloudFormationResponse.delete_stack = delete_stack


def close_gaps() -> None:
    CloudFormationResponse.update_termination_protection = update_termination_protection
    refuse_to_delete_protected()
