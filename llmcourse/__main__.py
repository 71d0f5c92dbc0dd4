"""`python -m llmcourse`, and so `torchrun --nproc-per-node 2 -m llmcourse train …`."""

from llmcourse.cli import main

main()
