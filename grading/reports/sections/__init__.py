"""The sections of a campaign's report, one file each: `section(data) -> Section`."""
