"""The commands of `chancery`, one file each; a file is imported when its command runs. See `processors.cli`."""
