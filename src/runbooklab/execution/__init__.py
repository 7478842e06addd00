"""Running a notebook headlessly: papermill engine, kernel, run folder."""
