package dev.backout.plan;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.backout.backup.Backups;
import dev.backout.kernel.Rejected;
import dev.backout.migration.SecuredTables;
import org.springframework.stereotype.Component;

/** Tells migrations what a backup has, and what a plan changes. */
@Component
class BackedUpTables implements SecuredTables {

	private final Backups backups;

	private final Plans plans;

	BackedUpTables(Backups backups, Plans plans) {
		this.backups = backups;
		this.plans = plans;
	}

	@Override
	public Optional<Set<String>> of(String backup) {
		var found = this.backups.find(backup)
			.orElseThrow(() -> new Rejected("backup.unknown",
					"There is no backup '%s' any more: take another".formatted(backup)));
		return found.whole() ? Optional.empty() : Optional.of(new TreeSet<>(found.tables()));
	}

	@Override
	public Optional<Set<String>> changedBy(String release, String target) {
		var tables = this.plans.compute(release, target).tables();
		return (tables.unknown() == null) ? Optional.of(new TreeSet<>(tables.names())) : Optional.empty();
	}

}
