#!/bin/bash
# The sweep as a job array: sbatch --array=0-63 slurm.sh, then, when all jobs have ended,
# parameter_sweep --merge part-*.sweep --out figures
#
# A job that ends early is resumed from its file: submit the array again, finished shards take no time.
#SBATCH --job-name=parameter_sweep
#SBATCH --ntasks=1
#SBATCH --output=shard-%a.log
set -euo pipefail
program=${PROGRAM:-target/release/examples/parameter_sweep}
export RAYON_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
"$program" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --checkpoint "part-$SLURM_ARRAY_TASK_ID.sweep"
