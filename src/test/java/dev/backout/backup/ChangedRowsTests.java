package dev.backout.backup;

/** With few rows, in every build. */
class ChangedRowsTests extends ChangedRows {

	@Override
	int rows() {
		return 2_000;
	}

}
