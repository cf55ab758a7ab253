package dev.backout.backup;

/** One of each, in every build. */
class KilledProcessesTests extends KilledProcesses {

	@Override
	int kills() {
		return Deed.values().length;
	}

}
