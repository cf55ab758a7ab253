package dev.backout.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.playbook.ShippedSteps;
import dev.backout.step.StepType;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** Steps that do as they are told, with the names and refusals of the real ones. */
@TestConfiguration(proxyBeanMethods = false)
class FakeSteps {

	@Bean
	Script script() {
		return new Script();
	}

	@Bean
	StepHandler planSeal(Script script) {
		return fake(script, "plan.seal", Set.of("release", "target"), Set.of("planDigest", "planTables"), "stale",
				"irreversible");
	}

	@Bean
	StepHandler flagSet(Script script) {
		return fake(script, "flag.set", Set.of("release", "state"), Set.of("changed"), "unhealthy");
	}

	@Bean
	StepHandler freeze(Script script) {
		return fake(script, "target.freeze", Set.of("target"), Set.of(), "busy");
	}

	@Bean
	StepHandler thaw(Script script) {
		return fake(script, "target.thaw", Set.of("target"), Set.of());
	}

	@Bean
	StepHandler reviewKept(Script script) {
		return fake(script, "migration.review-kept", Set.of(), Set.of("due", "target", "stash"));
	}

	@Bean
	StepHandler keepOn(Script script) {
		return fake(script, "migration.keep-on", Set.of("target", "stash"), Set.of("keptUntil"));
	}

	@Bean
	StepHandler backupTake(Script script) {
		return fake(script, "backup.take", Set.of("target"), Set.of("backupId"), "no-space", "cannot-rebuild");
	}

	@Bean
	StepHandler backupAfterMigration(Script script) {
		return fake(script, "backup.after-migration", Set.of("target"), Set.of("backupId"), "no-space",
				"cannot-rebuild", "busy");
	}

	@Bean
	StepHandler backupVerify(Script script) {
		return fake(script, "backup.verify", Set.of("backupId"), Set.of("verified"), "not-restorable");
	}

	@Bean
	StepHandler backupRestore(Script script) {
		return fake(script, "backup.restore", Set.of("target", "backupId"), Set.of(), "not-restorable");
	}

	@Bean
	StepHandler choose(Script script) {
		return fake(script, "backup.choose", Set.of("target"), Set.of("backupId", "planDigest"), "not-restorable");
	}

	@Bean
	StepHandler swap(Script script) {
		return fake(script, "target.swap", Set.of("target", "planDigest"), Set.of("formerDatabase"), "busy", "stale",
				"not-restorable");
	}

	@Bean
	StepHandler afterCheck(Script script) {
		return fake(script, "backup.after-check", Set.of("target"), Set.of(), "below-minimum");
	}

	@Bean
	StepHandler discard(Script script) {
		return fake(script, "backup.discard", Set.of("target"), Set.of());
	}

	@Bean
	StepHandler due(Script script) {
		return fake(script, "backup.due", Set.of(), Set.of("due", "target"));
	}

	@Bean
	StepHandler pick(Script script) {
		return fake(script, "backup.pick", Set.of(), Set.of("due", "target", "backupId"));
	}

	@Bean
	StepHandler copy(Script script) {
		return fake(script, "backup.copy", Set.of("backupId"), Set.of(), "not-copied");
	}

	@Bean
	StepHandler retire(Script script) {
		return fake(script, "backup.retire", Set.of("target", "owner"), Set.of(), "retained");
	}

	@Bean
	StepHandler watch(Script script) {
		return fake(script, "backup.watch", Set.of(), Set.of(), "alarm");
	}

	@Bean
	StepHandler release(Script script) {
		return fake(script, "backup.release", Set.of("target", "owner"), Set.of());
	}

	@Bean
	StepHandler revert(Script script) {
		return fake(script, "migration.revert", Set.of("target", "release"), Set.of("changesets", "conflicts"), "stale",
				"irreversible", "locked");
	}

	@Bean
	StepHandler check(Script script) {
		return fake(script, "check.run", Set.of("target", "release"), Set.of("passed", "failed"), "below-minimum");
	}

	@Bean
	StepHandler send(Script script) {
		return fake(script, "notify.send", Set.of("template", "audience"), Set.of());
	}

	@Bean
	StepHandler post(Script script) {
		return fake(script, "status.post", Set.of("status", "release"), Set.of());
	}

	@Bean
	StepHandler review(Script script) {
		return fake(script, "review.open", Set.of("release"), Set.of());
	}

	/** What the real step may be told besides. */
	private static Stream<StepType.Field> optional(String name) {
		return ShippedSteps.all()
			.stream()
			.filter((type) -> type.name().equals(name))
			.flatMap((type) -> type.inputs().stream())
			.filter((field) -> !field.required());
	}

	private static StepHandler fake(Script script, String name, Set<String> inputs, Set<String> outputs,
			String... refusals) {
		var destructive = Set.of("migration.revert", "backup.restore", "target.swap").contains(name);
		var type = new StepType(name, name, "Does as it is told",
				Stream.concat(inputs.stream().map((input) -> StepType.Field.required(input, input)), optional(name))
					.toList(),
				outputs.stream().map((output) -> StepType.Field.required(output, output)).toList(),
				Stream.of(refusals).map((code) -> new StepType.Refusal(code, code)).toList(), destructive);
		return new StepHandler() {

			@Override
			public StepType type() {
				return type;
			}

			@Override
			public StepOutcome execute(StepContext step) throws Exception {
				inputs.forEach(step::required);
				return script.play(type, step);
			}

		};
	}

	/** What the fakes do next, and what they were told. */
	static class Script {

		private final Map<String, Deque<Behaviour>> next = new ConcurrentHashMap<>();

		final List<String> executed = new ArrayList<>();

		final Map<String, StepContext> contexts = new ConcurrentHashMap<>();

		/** What every fake does first, whatever it was told. */
		volatile Behaviour always = (step) -> new StepOutcome.Done("");

		/** What a fake does once. */
		interface Behaviour {

			StepOutcome execute(StepContext step) throws Exception;

		}

		void reset() {
			this.next.clear();
			this.executed.clear();
			this.contexts.clear();
		}

		Script next(String type, Behaviour behaviour) {
			this.next.computeIfAbsent(type, (key) -> new ArrayDeque<>()).add(behaviour);
			return this;
		}

		Script refuse(String type, String code) {
			return next(type, (step) -> new StepOutcome.Refused(code, "because of " + code));
		}

		Script fail(String type, String message) {
			return next(type, (step) -> {
				throw new IllegalStateException(message);
			});
		}

		private StepOutcome play(StepType type, StepContext step) throws Exception {
			synchronized (this.executed) {
				this.executed.add(step.stepId());
			}
			this.contexts.put(step.stepId(), step);
			this.always.execute(step);
			var scripted = this.next.getOrDefault(type.name(), new ArrayDeque<>()).poll();
			if (scripted != null) {
				return scripted.execute(step);
			}
			return new StepOutcome.Done("Did " + type.name(), Map.copyOf(type.outputs()
				.stream()
				.collect(java.util.stream.Collectors.toMap(StepType.Field::name, (output) -> output.name() + "-1"))));
		}

	}

}
