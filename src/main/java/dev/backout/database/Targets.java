package dev.backout.database;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

import dev.backout.kernel.Rejected;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * The managed databases: those of the configuration under {@code backout.targets}, and
 * those registered while running.
 */
@Component
@EnableConfigurationProperties(TargetProperties.class)
public class Targets {

	private final Map<String, Target> byName = new ConcurrentSkipListMap<>();

	Targets(TargetProperties properties) {
		properties.targets().forEach((name, address) -> register(address.named(name)));
	}

	/** For tests and for the command line. */
	public static Targets of(Target... targets) {
		var registry = new Targets(new TargetProperties(Map.of()));
		List.of(targets).forEach(registry::register);
		return registry;
	}

	/** Adds a target, or replaces the one of the same name. */
	public void register(Target target) {
		this.byName.put(target.name(), target);
	}

	/** Refused with the known names when there is none of this name. */
	public Target named(String name) {
		var target = this.byName.get(name);
		if (target == null) {
			throw new Rejected("target.unknown", "There is no target '%s'; known are %s. Add it as backout.targets.%s"
				.formatted(name, this.byName.keySet(), name));
		}
		return target;
	}

	/** All, by name. */
	public Collection<Target> all() {
		return List.copyOf(this.byName.values());
	}

}
