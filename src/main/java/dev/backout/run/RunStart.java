package dev.backout.run;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

import dev.backout.kernel.Checks;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Starts runs: one at a time for a release on a target. */
@Component
class RunStart {

	private final RunTable table;

	private final RunRecord record;

	private final RunOwners owners;

	private final PlaybookEngine engine;

	private final Clock clock;

	RunStart(RunTable table, RunRecord record, RunOwners owners, PlaybookEngine engine, Clock clock) {
		this.table = table;
		this.record = record;
		this.owners = owners;
		this.engine = engine;
		this.clock = clock;
	}

	@Transactional
	RunId start(RunRequest request, Person by) {
		RunRecord.demand(by, Role.OPERATOR, "start a run");
		Checks.check(!request.reason().isBlank(), () -> "A run needs a reason");
		var version = this.engine.current(request.playbook());
		var run = new Run(RunId.next(), request.kind(), version, request.release(), request.target(), by.id(), by.id(),
				request.severity(), request.reason(), request.planDigest(), RunState.RUNNING,
				this.clock.instant().truncatedTo(ChronoUnit.MICROS), null, null);
		refuseASecond(run);
		try {
			this.table.add(run);
		}
		catch (DuplicateKeyException ex) {
			throw alreadyActive(run, "");
		}
		var owners = this.owners.of(run.release());
		this.record.add(run.id(), "run.started", by, null,
				"%s declared: %s".formatted(version.title(), request.reason()), parameters(run, owners));
		var variables = new HashMap<>(this.record.variables(run, request.variables()));
		variables.putAll(owners);
		this.engine.start(version, run.id(), variables, by);
		return run.id();
	}

	private static Map<String, String> parameters(Run run, Map<String, String> owners) {
		var parameters = new HashMap<>(owners);
		parameters.putAll(Map.of("playbook", run.playbook().toString(), "playbookDigest", run.playbook().digest(),
				"release", run.release(), "target", run.target(), "kind", run.kind().name(), "severity",
				run.severity().name(), "reason", run.reason()));
		return parameters;
	}

	private void refuseASecond(Run run) {
		this.table.active(run.kind(), run.release(), run.target()).ifPresent((other) -> {
			throw run.release().isEmpty()
					? atWork("'%s'".formatted(other.playbook().title()), run, ", asked for by " + other.requester())
					: alreadyActive(run, ", declared by " + other.requester());
		});
	}

	private static Rejected alreadyActive(Run run, String detail) {
		return run.release().isEmpty() ? atWork("Another run", run, "")
				: new Rejected("run.active", "%s is already being rolled back on %s%s: follow that run instead"
					.formatted(run.release(), run.target(), detail));
	}

	/** Runs that belong to no release are one at a time on a target. */
	private static Rejected atWork(String what, Run run, String detail) {
		return new Rejected("run.active",
				"%s is at work on %s already%s: follow that run instead".formatted(what, run.target(), detail));
	}

}
