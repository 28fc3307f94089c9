from multiart.training.card import command_line, losses


def test_the_command_is_told_as_typed():
    args = ["--config-name=train", "+experiment=detector", "ckpt_path='last'", "task_name=my run"]
    assert command_line(args) == "train +experiment=detector ckpt_path=last 'task_name=my run'"


def test_losses_are_a_table():
    assert losses([(100, 1.5), (2000, 0.25)]).splitlines()[-2:] == ["| 100 | 1.5000 |", "| 2,000 | 0.2500 |"]
    assert losses([]) == ""
