package dev.backout.desk.web;

import java.io.StringWriter;
import java.time.Instant;
import java.util.List;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

import dev.backout.comms.StatusView.Incident;
import dev.backout.comms.StatusView.Update;

/** The status page as an Atom feed (RFC 4287): an entry for each update. */
final class StatusFeed {

	private static final String ATOM = "http://www.w3.org/2005/Atom";

	private final XMLStreamWriter xml;

	private StatusFeed(XMLStreamWriter xml) {
		this.xml = xml;
	}

	static String of(List<Incident> incidents, Instant now, String here) {
		var text = new StringWriter();
		try {
			new StatusFeed(XMLOutputFactory.newFactory().createXMLStreamWriter(text)).write(incidents, now, here);
		}
		catch (XMLStreamException ex) {
			throw new IllegalStateException(ex);
		}
		return text.toString();
	}

	private void write(List<Incident> incidents, Instant now, String here) throws XMLStreamException {
		this.xml.writeStartDocument("UTF-8", "1.0");
		this.xml.writeStartElement("feed");
		this.xml.writeDefaultNamespace(ATOM);
		element("id", here + "/status");
		element("title", "Status");
		element("updated",
				incidents.stream()
					.flatMap((incident) -> incident.updates().stream())
					.map(Update::at)
					.max(Instant::compareTo)
					.orElse(now)
					.toString());
		link("self", here + "/status/feed.atom");
		link("alternate", here + "/status");
		for (var incident : incidents) {
			for (var update : incident.updates()) {
				entry(incident, update, here);
			}
		}
		this.xml.writeEndElement();
		this.xml.writeEndDocument();
	}

	private void entry(Incident incident, Update update, String here) throws XMLStreamException {
		this.xml.writeStartElement("entry");
		element("id", "urn:uuid:%s#%d".formatted(incident.id(), update.id()));
		element("title", update.status().label() + ": " + incident.title());
		element("updated", update.at().toString());
		this.xml.writeStartElement("author");
		element("name", "Backout");
		this.xml.writeEndElement();
		link("alternate", here + "/status/incidents/" + incident.id());
		element("content", update.text());
		this.xml.writeEndElement();
	}

	private void element(String name, String text) throws XMLStreamException {
		this.xml.writeStartElement(name);
		this.xml.writeCharacters(text);
		this.xml.writeEndElement();
	}

	private void link(String relation, String target) throws XMLStreamException {
		this.xml.writeEmptyElement("link");
		this.xml.writeAttribute("rel", relation);
		this.xml.writeAttribute("href", target);
	}

}
