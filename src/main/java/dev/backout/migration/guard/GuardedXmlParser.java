package dev.backout.migration.guard;

import liquibase.changelog.ChangeLogParameters;
import liquibase.exception.ChangeLogParseException;
import liquibase.parser.core.ParsedNode;
import liquibase.parser.core.xml.XMLChangeLogSAXParser;
import liquibase.resource.ResourceAccessor;

/** Reads XML changelogs where trust is asked for; elsewhere it stands back. */
public class GuardedXmlParser extends XMLChangeLogSAXParser {

	@Override
	public int getPriority() {
		return super.getPriority() + 50;
	}

	@Override
	public boolean supports(String file, ResourceAccessor resources) {
		return Trust.active() && super.supports(file, resources);
	}

	@Override
	protected ParsedNode parseToNode(String file, ChangeLogParameters parameters, ResourceAccessor resources)
			throws ChangeLogParseException {
		var node = super.parseToNode(file, parameters, resources);
		check(file, node);
		return node;
	}

	private static void check(String file, ParsedNode node) throws ChangeLogParseException {
		for (var child : node.getChildren()) {
			if (node.getName().equals("includeAll")) {
				IncludedCode.check(file, child.getName(), child.getValue());
			}
			check(file, child);
		}
	}

}
