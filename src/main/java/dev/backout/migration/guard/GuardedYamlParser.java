package dev.backout.migration.guard;

import java.io.IOException;

import liquibase.changelog.ChangeLogParameters;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.exception.ChangeLogParseException;
import liquibase.parser.core.yaml.YamlChangeLogParser;
import liquibase.resource.ResourceAccessor;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads YAML and JSON changelogs where trust is asked for; elsewhere it stands back.
 */
public class GuardedYamlParser extends YamlChangeLogParser {

	@Override
	public int getPriority() {
		return super.getPriority() + 50;
	}

	@Override
	protected String[] getSupportedFileExtensions() {
		return new String[] { "yaml", "yml", "json" };
	}

	@Override
	public boolean supports(String file, ResourceAccessor resources) {
		return Trust.active() && super.supports(file, resources);
	}

	@Override
	public DatabaseChangeLog parse(String file, ChangeLogParameters parameters, ResourceAccessor resources)
			throws ChangeLogParseException {
		check(file, resources);
		return super.parse(file, parameters, resources);
	}

	private static void check(String file, ResourceAccessor resources) throws ChangeLogParseException {
		try {
			var resource = resources.get(file);
			if (resource.exists()) {
				try (var stream = resource.openInputStream()) {
					var document = new Yaml(new SafeConstructor(createLoaderOptions())).<Object>load(stream);
					WrittenOut.check(file, document);
					IncludedCode.check(file, document);
				}
			}
		}
		catch (IOException | YAMLException ex) {
			throw new ChangeLogParseException("'%s' cannot be read: %s".formatted(file, ex.getMessage()), ex);
		}
	}

}
