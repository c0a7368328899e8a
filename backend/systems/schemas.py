"""What is exchanged with the outside systems: each message's fields, and the columns of its file (the titles, in order).

None of these systems publishes an interface. These forms are our own offer; docs/interfaces.md is checked against them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from backend.departments.schemas import Short, TaskId, Words


class Form(BaseModel):
    """A body that has its own fields only."""

    model_config = ConfigDict(extra="forbid")


class OfTask(Form):
    """What every message about a task says first."""

    task: TaskId = Field(title="任务编号")
    application: str = Field(title="申请编号")
    county: str = Field(title="县（市、区）代码")


class PopulationQuery(OfTask):
    """公安人口信息库: is this person there? # notice 三(五)"""

    name: str = Field(title="姓名")
    id_number: str = Field(title="公民身份号码")


class PopulationAnswer(Form):
    """What the population database says."""

    found: bool = Field(title="是否查到")


class PartyTransfer(OfTask):
    """党员e家: one party member whose membership moves. # notice 三(十)"""

    name: str = Field(title="姓名")
    id_number: str = Field(title="公民身份号码")
    mobile: str = Field(title="联系方式")
    political_status: str = Field(title="政治面貌")
    organisation: str = Field(title="拟转入基层党组织")


class PartyResult(Form):
    """How a party member's transfer stands."""

    task: TaskId = Field(title="任务编号")
    status: Literal["entered", "under_review", "transferred", "sent_back"] = Field(title="办理情况")
    note: Words | None = Field(None, title="说明", description="Needed with sent_back, in words that the veteran reads.")
    at: AwareDatetime = Field(title="时间")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.status == "sent_back" and self.note is None:
            raise ValueError("note is needed with sent_back: the veteran must know why")
        return self


class LeagueTransfer(OfTask):
    """智慧团建: one league member who will register there. # notice 三(十)"""

    name: str = Field(title="姓名")
    id_number: str = Field(title="公民身份号码")
    mobile: str = Field(title="联系方式")
    organisation: str = Field(title="转入地团委")


class LeagueResult(Form):
    """团员报到 was confirmed."""

    task: TaskId = Field(title="任务编号")
    status: Literal["confirmed"] = Field(title="团员报到")
    at: AwareDatetime = Field(title="时间")


class CardOrder(OfTask):
    """The partner bank makes a social card. # notice 三(九)"""

    bank: str = Field(title="合作银行")
    name: str = Field(title="姓名")
    id_number: str = Field(title="公民身份号码")
    mobile: str = Field(title="联系方式")
    home_address: str | None = Field(None, title="家庭住址")
    delivery: Literal["collect", "mail"] = Field(title="领取方式")


class Accepted(Form):
    """Taken, with the system's own number for it, where it has one."""

    accepted: Literal[True] = Field(title="已接收")
    reference: Short | None = Field(None, title="受理编号")


class MailOrder(OfTask):
    """The post brings booklet or card home. # notice 五"""

    product: Literal["booklet", "card"] = Field(title="寄递物品")
    recipient: str = Field(title="收件人")
    mobile: str = Field(title="收件人手机")
    address: str = Field(title="收件地址")


class MailAnswer(Form):
    """Carrier and number of a mailing that the post has taken."""

    carrier: Short = Field(title="承运单位")
    tracking_number: Short = Field(title="寄件单号")


class MailResult(Form):
    """What became of a mailing."""

    task: TaskId = Field(title="任务编号")
    status: Literal["mailed", "delivered", "came_back"] = Field(title="寄递情况")
    carrier: Short | None = Field(None, title="承运单位", description="With mailed.")
    tracking_number: Short | None = Field(None, title="寄件单号", description="With mailed.")
    place: Words | None = Field(None, title="领取地点", description="With came_back: where it is collected.")
    at: AwareDatetime = Field(title="时间")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.status == "mailed" and not (self.carrier and self.tracking_number):
            raise ValueError("mailed needs carrier and tracking_number")
        return self


class ResultNotice(OfTask):
    """福建省士兵退役一件事线上办理系统: one result, as it was applied. # notice 三(三) to 三(十)"""

    hall_number: str | None = Field(None, title="省网上办事大厅编号")
    name: str = Field(title="姓名")
    id_number: str = Field(title="公民身份号码")
    matter: str = Field(title="事项")
    path: str | None = Field(None, title="组织关系")
    department: str = Field(title="承办部门")
    result: str = Field(title="结果")
    state: str = Field(title="任务状态")
    reason: str | None = Field(None, title="原因")
    outcome: dict[str, str] | None = Field(None, title="办理结果")
    at: str = Field(title="时间")


class HallFiling(Form):
    """福建省网上办事大厅: an application that was submitted here is filed there. # notice 三(一)"""

    application: str = Field(title="申请编号")
    county: str = Field(title="县（市、区）代码")
    name: str = Field(title="姓名")
    id_number: str = Field(title="公民身份号码")
    mobile: str = Field(title="联系方式")
    matters: list[str] = Field(title="办理事项")
    submitted_at: str = Field(title="提交时间")


class HallAnswer(Form):
    """The number under which it is filed."""

    hall_number: Short = Field(title="省网上办事大厅编号")


class HallApplication(Form):
    """An application that was begun in 福建省网上办事大厅 and goes on here."""

    hall_number: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z\-_.]{1,28}$")] = Field(
        title="省网上办事大厅编号", description="The hall's own number; the same number again is the same application."
    )
    answers: dict[str, Any] = Field(
        title="填报内容", max_length=60, description="The fields of the interview by name; docs/interfaces.md lists them."
    )


class HallTaken(Form):
    """The application that it became, and whether this call created it."""

    number: str
    state: str
    created: bool


class ReportTaken(Form):
    """`applied` is false when the report changed nothing; `reason` says why."""

    applied: bool
    state: str
    reason: str | None = None
