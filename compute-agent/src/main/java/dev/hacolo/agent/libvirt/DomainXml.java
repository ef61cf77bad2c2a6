package dev.hacolo.agent.libvirt;

import dev.hacolo.agent.domain.StepException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Reads, walks and writes libvirt's XML of a domain. Pure. */
final class DomainXml {
  /** Name space of what libvirt passes on to QEMU as it is. */
  static final String QEMU = "http://libvirt.org/schemas/domain/qemu/1.0";

  private DomainXml() {}

  /** The root element; a text that is no domain's fails with one sentence. */
  static Element parse(String xml) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setXIncludeAware(false);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null); // It would write to standard error; what is wrong is thrown.
      Document document = builder.parse(new InputSource(new StringReader(xml)));
      Element root = document.getDocumentElement();
      if (!root.getTagName().equals("domain")) {
        throw new StepException(
            "libvirt's XML is of a '%s', no domain".formatted(root.getTagName()));
      }
      return root;
    } catch (SAXException e) {
      throw new StepException("libvirt's XML of the domain is broken: " + e.getMessage());
    } catch (ParserConfigurationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The document as a text. */
  static String text(Element root) {
    try {
      TransformerFactory factory = TransformerFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      Transformer transformer = factory.newTransformer();
      transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
      StringWriter text = new StringWriter();
      transformer.transform(new DOMSource(root), new StreamResult(text));
      return text.toString();
    } catch (TransformerException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The children of that name, at a path of names from an element downwards. */
  static List<Element> all(Element from, String path) {
    List<Element> found = List.of(from);
    for (String name : path.split("/", -1)) {
      List<Element> next = new ArrayList<>();
      for (Element parent : found) {
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
          if (child instanceof Element element && name.equals(element.getLocalName())) {
            next.add(element);
          }
        }
      }
      found = next;
    }
    return found;
  }

  /** An attribute of the first element at a path; empty if there is none. */
  static String attribute(Element from, String path, String name) {
    return all(from, path).stream().findFirst().map(e -> e.getAttribute(name)).orElse("");
  }

  /** The text of the first element at a path; empty if there is none. */
  static String content(Element from, String path) {
    return all(from, path).stream().findFirst().map(e -> e.getTextContent().strip()).orElse("");
  }

  /** Takes elements out. */
  static void remove(List<Element> elements) {
    for (Element element : elements) {
      Node parent = element.getParentNode();
      if (parent != null) {
        parent.removeChild(element);
      }
    }
  }
}
