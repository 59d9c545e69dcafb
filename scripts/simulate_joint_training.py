"""Paper 2's theory of training on real and synthetic data together, with simulations: figures selection_1 and _3.

Writes one CSV table: the excess risk at each point of the figures, and its change relative to a reference.
"""

from pathlib import Path

from sweetspot.config.joint_training import JointTraining
from sweetspot.program import config_of, parser, run
from sweetspot.tables.csv_files import write_table
from sweetspot.theory.joint_experiment import joint_training_table


def main() -> None:
    arguments = parser(__doc__)
    arguments.add_argument("--config", type=config_of(JointTraining), required=True, help="block joint_training, JSON")
    arguments.add_argument("--out", type=Path, required=True, metavar="TABLE", help="CSV file")
    given = arguments.parse_args()
    write_table(joint_training_table(given.config.draws, given.config.seed), given.out)


if __name__ == "__main__":
    run(main)
