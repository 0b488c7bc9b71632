"""The process that holds graders in memory and marks for the web processes, which never import torch."""
