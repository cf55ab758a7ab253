package dev.backout.backup;

import java.util.List;

/** Those that touch the target, once each; the others are killed with the faults. */
class KilledProcessesTests extends KilledProcesses {

	@Override
	int kills() {
		return 2;
	}

	@Override
	List<Deed> deeds() {
		return List.of(Deed.RESTORE, Deed.SWAP);
	}

}
