package dev.backout.playbook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;

import org.jspecify.annotations.Nullable;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * An XML element with its line. The parser treats the document as hostile: no DOCTYPE and
 * hence no entities, no processing instructions, and limits on size, depth and lengths.
 */
final class XmlNode {

	static final String BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL";

	static final String CAMUNDA = "http://camunda.org/schema/1.0/bpmn";

	static final String XSI = "http://www.w3.org/2001/XMLSchema-instance";

	static final int MAX_BYTES = 2_000_000;

	private static final int MAX_NODES = 20_000;

	private static final int MAX_DEPTH = 40;

	private static final int MAX_ATTRIBUTE = 8_000;

	private static final int MAX_TEXT = 20_000;

	private static final Pattern DECLARATION = Pattern.compile("\\A\ufeff?\\s*<\\?xml[^>]*>");

	private static final Pattern DECLARED = Pattern
		.compile("\ufeff?<\\?xml\\s+version\\s*=\\s*[\"']1\\.0[\"'](\\s+encoding\\s*=\\s*[\"'](?i:utf-8)[\"'])?"
				+ "(\\s+standalone\\s*=\\s*[\"'](yes|no)[\"'])?\\s*\\?>");

	final String namespace;

	final String name;

	final int line;

	final @Nullable XmlNode parent;

	final List<Attribute> attributes = new ArrayList<>();

	final List<XmlNode> children = new ArrayList<>();

	private final StringBuilder text = new StringBuilder();

	private XmlNode(String namespace, String name, int line, @Nullable XmlNode parent) {
		this.namespace = namespace;
		this.name = name;
		this.line = line;
		this.parent = parent;
	}

	/** An attribute; {@code namespace} is empty for a plain one. */
	record Attribute(String namespace, String name, String value) {
	}

	/**
	 * Reads a document.
	 * @throws SAXException when it is not well-formed, or more than a playbook needs
	 */
	static XmlNode parse(byte[] document) throws SAXException {
		if (document.length > MAX_BYTES) {
			throw new SAXException("The document is larger than %,d bytes".formatted(MAX_BYTES));
		}
		demandUtf8(document);
		try {
			var factory = SAXParserFactory.newInstance();
			factory.setNamespaceAware(true);
			factory.setXIncludeAware(false);
			factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
			factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
			factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
			factory.setFeature("http://xml.org/sax/features/external-parameter-entities", false);
			var reader = new Reader();
			factory.newSAXParser().parse(new ByteArrayInputStream(document), reader);
			return reader.root();
		}
		catch (IOException | ParserConfigurationException ex) {
			throw new SAXException(ex);
		}
	}

	// Whoever reads it later must read the same: one encoding, and one version of XML.
	private static void demandUtf8(byte[] document) throws SAXException {
		try {
			var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
			var declaration = DECLARATION.matcher(text);
			if (text.indexOf('\0') >= 0 || (declaration.find() && !DECLARED.matcher(declaration.group()).matches())) {
				throw new SAXException("The document is not XML 1.0 in UTF-8");
			}
		}
		catch (CharacterCodingException ex) {
			throw new SAXException("The document is not XML 1.0 in UTF-8");
		}
	}

	String text() {
		return this.text.toString().trim();
	}

	Optional<String> attribute(String namespace, String name) {
		return this.attributes.stream()
			.filter((candidate) -> candidate.namespace().equals(namespace) && candidate.name().equals(name))
			.map(Attribute::value)
			.findFirst();
	}

	String attribute(String name) {
		return attribute("", name).orElse("");
	}

	String camunda(String name) {
		return attribute(CAMUNDA, name).orElse("");
	}

	String id() {
		return attribute("id");
	}

	boolean bpmn(String name) {
		return this.namespace.equals(BPMN) && this.name.equals(name);
	}

	boolean camundaElement(String name) {
		return this.namespace.equals(CAMUNDA) && this.name.equals(name);
	}

	/** The nearest id around this place: what a designer can select. */
	String nearestId() {
		for (var node = this; node != null; node = node.parent) {
			if (!node.id().isEmpty() && node.namespace.equals(BPMN) && !node.name.endsWith("EventDefinition")) {
				return node.id();
			}
		}
		return "(document)";
	}

	void walk(Consumer<XmlNode> visitor) {
		visitor.accept(this);
		this.children.forEach((child) -> child.walk(visitor));
	}

	/** This node and everything in it. */
	Stream<XmlNode> all() {
		return Stream.concat(Stream.of(this), this.children.stream().flatMap(XmlNode::all));
	}

	/** Children of the extension elements, of a Camunda name. */
	Stream<XmlNode> extensions(String name) {
		return this.children.stream()
			.filter((child) -> child.bpmn("extensionElements"))
			.flatMap((extension) -> extension.children.stream())
			.filter((child) -> child.camundaElement(name));
	}

	private static final class Reader extends DefaultHandler {

		private final Deque<XmlNode> open = new ArrayDeque<>();

		private @Nullable XmlNode root;

		private @Nullable Locator locator;

		private int nodes;

		XmlNode root() throws SAXException {
			if (this.root == null) {
				throw new SAXException("The document is empty");
			}
			return this.root;
		}

		@Override
		public void setDocumentLocator(Locator locator) {
			this.locator = locator;
		}

		@Override
		public InputSource resolveEntity(String publicId, String systemId) throws SAXException {
			throw refusal("External entities are refused");
		}

		@Override
		public void processingInstruction(String target, String data) throws SAXException {
			throw refusal("Processing instructions are refused");
		}

		@Override
		public void startElement(String uri, String localName, String qualified, Attributes attributes)
				throws SAXException {
			if (++this.nodes > MAX_NODES || this.open.size() > MAX_DEPTH) {
				throw refusal("The document has more than %,d elements, or more than %d levels".formatted(MAX_NODES,
						MAX_DEPTH));
			}
			var line = (this.locator != null) ? this.locator.getLineNumber() : 0;
			var node = new XmlNode(uri, localName, line, this.open.peek());
			for (var index = 0; index < attributes.getLength(); index++) {
				if (attributes.getValue(index).length() > MAX_ATTRIBUTE) {
					throw refusal("Attribute '%s' is longer than %,d characters"
						.formatted(attributes.getLocalName(index), MAX_ATTRIBUTE));
				}
				node.attributes.add(new Attribute(attributes.getURI(index), attributes.getLocalName(index),
						attributes.getValue(index)));
			}
			if (node.parent != null) {
				node.parent.children.add(node);
			}
			else {
				this.root = node;
			}
			this.open.push(node);
		}

		@Override
		public void characters(char[] characters, int start, int length) throws SAXException {
			var node = this.open.peek();
			if (node != null) {
				node.text.append(characters, start, length);
				if (node.text.length() > MAX_TEXT) {
					throw refusal("A text is longer than %,d characters".formatted(MAX_TEXT));
				}
			}
		}

		@Override
		public void endElement(String uri, String localName, String qualified) {
			this.open.pop();
		}

		@Override
		public void error(SAXParseException ex) throws SAXException {
			throw ex;
		}

		@Override
		public void fatalError(SAXParseException ex) throws SAXException {
			throw ex;
		}

		private SAXParseException refusal(String message) {
			return new SAXParseException(message, this.locator);
		}

	}

}
