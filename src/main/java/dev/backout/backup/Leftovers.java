package dev.backout.backup;

import dev.backout.database.ScratchDatabases;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Clears away, at the start, what a killed process left half done: files and scratch
 * databases.
 */
@Component
class Leftovers {

	private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

	private final Targets targets;

	private final BackupFiles files;

	private final ScratchDatabases scratches = new ScratchDatabases();

	Leftovers(Targets targets, BackupFiles files) {
		this.targets = targets;
		this.files = files;
	}

	/** Beside the start: a target that does not answer must not hold it up. */
	@EventListener(ApplicationReadyEvent.class)
	void clearOnceStarted() {
		var clearing = new Thread(this::clear, "backup-leftovers");
		clearing.setDaemon(true);
		clearing.start();
	}

	void clear() {
		try {
			this.files.store().sweep();
		}
		catch (RuntimeException ex) {
			LOG.warn("Half backups could not be looked for: {}", ex.getMessage());
		}
		this.targets.all().forEach(this::clear);
	}

	private void clear(Target target) {
		try {
			var dropped = this.scratches.sweep(target);
			if (!dropped.isEmpty()) {
				LOG.info("Dropped scratch databases of a process that is gone, on the server of '{}': {}",
						target.name(), dropped);
			}
		}
		catch (RuntimeException ex) {
			LOG.info("Scratch databases of '{}' could not be looked for: {}", target.name(), ex.getMessage());
		}
	}

}
