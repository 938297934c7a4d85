// SPDX-License-Identifier: Apache-2.0

import Replay
import Verifier

/// The picture of a counterexample as SVG: no script, no font and no image from elsewhere.
public struct ShowSVG: Sendable {
  let counterexample: Counterexample

  /// Makes the picture.
  public init(_ counterexample: Counterexample) { self.counterexample = counterexample }

  private static let width = 960.0
  private static let margin = 32.0
  private static let inner = width - 2 * margin
  private static let colours = ["#2b6cb0", "#2f855a", "#b7791f", "#6b46c1", "#b83280", "#2c7a7b"]

  /// What a picture's file begins with, as SVG or as HTML.
  public static let marks = ["\(mark)\n<svg", "<!DOCTYPE html>\n\(mark)\n"]
  private static let mark = "<!-- Drawn by vmapcheck show. -->"

  /// The picture as a file of its own.
  public var file: String { "\(ShowSVG.mark)\n\(svg)\n" }

  /// A page that shows the picture.
  public var html: String {
    """
    <!DOCTYPE html>
    \(ShowSVG.mark)
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <title>\(escaped("\(counterexample.spec): \(counterexample.property)"))</title>
    <style>body { margin: 0; background: #ffffff; } svg { max-width: 100%; height: auto; }</style>
    </head>
    <body>
    \(svg)
    </body>
    </html>

    """
  }

  /// The picture itself.
  private var svg: String {
    var canvas = Canvas()
    let picture = MemoryPicture(counterexample)
    head(&canvas)
    for index in picture.folios.indices { folio(index, picture, &canvas) }
    mapping(picture, &canvas)
    legend(picture, &canvas)
    callTrace(&canvas)
    let height = Int(canvas.y + ShowSVG.margin)
    let width = Int(ShowSVG.width)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" \
      height="\(height)" font-family="ui-sans-serif, system-ui, sans-serif" font-size="14">
      <defs><pattern id="freed" width="6" height="6" patternUnits="userSpaceOnUse" \
      patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff5f5"/>\
      <rect width="2" height="6" fill="#fc8181"/></pattern></defs>
      <rect width="\(width)" height="\(height)" fill="#ffffff"/>
      \(canvas.elements.joined(separator: "\n"))
      </svg>
      """
  }

  // MARK: Parts

  private func head(_ canvas: inout Canvas) {
    canvas.y = ShowSVG.margin + 8
    canvas.text(
      "\(counterexample.spec): \(counterexample.property) is refuted", size: 22, weight: "600")
    canvas.y += 4
    canvas.paragraph(counterexample.message, fill: "#c53030")
    for line in BufferPicture(counterexample).lines where !line.hasPrefix("  range") {
      canvas.paragraph(line, fill: "#4a5568")
    }
    canvas.y += 20
  }

  private func folio(_ index: Int, _ picture: MemoryPicture, _ canvas: inout Canvas) {
    let folio = picture.folios[index]
    let colour = ShowSVG.colours[index % ShowSVG.colours.count]
    canvas.y += 30
    canvas.text(folio.title, fill: colour, weight: "600")
    canvas.y += 10
    let width = folio.pages == 1 ? 48 : ShowSVG.inner
    let scale = PageScale(pages: folio.pages, width: width)
    let left = ShowSVG.margin
    let kept = scale.x(folio.keptStructs)
    if folio.kind == "BAR" {
      canvas.box(left, width, 26, fill: "#edf2f7", stroke: "#a0aec0")
      canvas.label("no struct pages", left + width / 2, canvas.y + 18, "#4a5568")
    } else {
      canvas.box(left, kept, 26, fill: "#c6f6d5", stroke: "#2f855a")
      if folio.keptStructs < folio.pages {
        canvas.box(left + kept, width - kept, 26, fill: "url(#freed)", stroke: "#c53030")
      }
      canvas.label("0", left + 4, canvas.y + 18, "#1a202c", anchor: "start")
      if folio.pages > 1 {
        canvas.label(
          "\(folio.pages - 1)", left + width - 4, canvas.y + 18, "#1a202c", anchor: "end")
      }
      if folio.keptStructs < folio.pages {
        canvas.label("63", left + kept - 4, canvas.y + 18, "#1a202c", anchor: "end")
        canvas.label("64", left + kept + 4, canvas.y + 18, "#1a202c", anchor: "start")
      }
    }
    canvas.y += 26
    for range in folio.ranges { bracket(range, scale, left, colour, &canvas) }
  }

  private func bracket(
    _ range: MemoryPicture.Range, _ scale: PageScale, _ left: Double, _ colour: String,
    _ canvas: inout Canvas
  ) {
    let from = left + scale.x(range.offset)
    let to = max(from + 3, left + scale.x(range.end))
    canvas.y += 6
    canvas.box(from, to - from, 8, fill: colour, stroke: colour)
    canvas.y += 22
    let pages =
      range.pages == 1 ? "page \(range.last)" : "pages \(range.offset) to \(range.last)"
    let isLate = from > ShowSVG.width * 0.7
    canvas.label(
      "range \(range.number): \(pages)", isLate ? to : from, canvas.y, colour,
      anchor: isLate ? "end" : "start")
  }

  private func mapping(_ picture: MemoryPicture, _ canvas: inout Canvas) {
    canvas.y += 40
    let pages = counted(Int(clamping: picture.total), "page")
    if let address = picture.address {
      canvas.text("Mapping of \(pages) at \(hex(address))", weight: "600")
    } else {
      canvas.text(picture.unmappedWords, fill: "#c53030", weight: "600")
      if picture.areaPages == nil { return }
    }
    shouldBe(picture, &canvas)
    area(picture, &canvas)
    isMapped(picture, &canvas)
    guard let watched = picture.watched, watched.isMapped != nil else { return }
    canvas.y += 22
    canvas.text(verdict(watched, picture), fill: watched.isRight ? "#2f855a" : "#c53030")
  }

  /// Where a place of the mapping is drawn.
  private func x(_ place: UInt64, _ picture: MemoryPicture) -> Double {
    ShowSVG.margin + ShowSVG.inner * Double(min(place, picture.total))
      / Double(max(picture.total, 1))
  }

  private func shouldBe(_ picture: MemoryPicture, _ canvas: inout Canvas) {
    row("should be", &canvas)
    for (index, range) in picture.mapping {
      guard let start = range.start else { continue }
      let folio = picture.folios[index]
      part(
        start, range.pages, folio.head.plus(range.offset), picture,
        fill: ShowSVG.colours[index % ShowSVG.colours.count], &canvas)
    }
    canvas.y += 26
  }

  /// The area is drawn where it is smaller than what is to be mapped.
  private func area(_ picture: MemoryPicture, _ canvas: inout Canvas) {
    guard let pages = picture.areaPages, pages < picture.total else { return }
    canvas.y += 6
    let width = max(3, x(pages, picture) - ShowSVG.margin)
    canvas.box(ShowSVG.margin, width, 6, fill: "#1a202c", stroke: "#1a202c")
    canvas.y += 20
    canvas.label(
      "the area ends here", ShowSVG.margin + width, canvas.y, "#1a202c",
      anchor: width < ShowSVG.inner / 2 ? "start" : "end")
  }

  private func isMapped(_ picture: MemoryPicture, _ canvas: inout Canvas) {
    canvas.y += 4
    row("is", &canvas)
    canvas.box(ShowSVG.margin, ShowSVG.inner, 26, fill: "#edf2f7", stroke: "#cbd5e0")
    if picture.leaves.isEmpty, picture.total > 1 {
      canvas.label(
        "not told by the counterexample", ShowSVG.margin + ShowSVG.inner / 2, canvas.y + 18,
        "#718096")
    }
    for leaves in picture.leaves where leaves.place < picture.total {
      part(
        leaves.place, leaves.pages, leaves.pfn, picture,
        fill: picture.isRight(leaves) ? "#2f855a" : "#c53030", &canvas)
    }
    if let watched = picture.watched, watched.isMapped != nil {
      part(
        watched.place, 1, watched.isMapped == true ? watched.actual : nil, picture,
        fill: watched.isRight ? "#2f855a" : "#c53030", &canvas)
    }
    canvas.y += 26
  }

  /// Pages of the mapping that follow each other in a folio too.
  private func part(
    _ place: UInt64, _ pages: UInt64, _ pfn: UInt64?, _ picture: MemoryPicture, fill: String,
    _ canvas: inout Canvas
  ) {
    let from = x(place, picture)
    let width = max(3, x(place.plus(pages), picture) - from)
    canvas.box(from, width, 26, fill: fill, stroke: "#ffffff")
    var label = pfn.map { picture.place(of: $0) ?? "pfn \(hex($0))" } ?? "not mapped"
    if pages > 1 { label += " on" }
    if width > Double(label.count) * 8 {
      canvas.label(label, from + width / 2, canvas.y + 18, "#ffffff")
    }
  }

  private func row(_ title: String, _ canvas: inout Canvas) {
    canvas.y += 20
    canvas.label(title, ShowSVG.margin, canvas.y, "#4a5568", anchor: "start")
    canvas.y += 6
  }

  private func verdict(_ watched: MemoryPicture.Watched, _ picture: MemoryPicture) -> String {
    func words(_ pfn: UInt64) -> String {
      "pfn \(hex(pfn))" + (picture.place(of: pfn).map { " = \($0)" } ?? "")
    }
    let should = watched.expected.map { "should be \(words($0))" } ?? "belongs to nothing"
    let found: String
    if watched.isMapped == false {
      found = "is not mapped"
    } else {
      found = watched.actual.map { "is \(words($0))" } ?? "is not known"
    }
    return "page \(watched.place) of the mapping: \(should), \(found)"
  }

  private func legend(_ picture: MemoryPicture, _ canvas: inout Canvas) {
    guard picture.folios.contains(where: \.isOptimised) else { return }
    canvas.y += 22
    canvas.box(ShowSVG.margin, 18, 14, fill: "#c6f6d5", stroke: "#2f855a")
    canvas.label("struct page kept", ShowSVG.margin + 26, canvas.y + 12, "#4a5568", anchor: "start")
    canvas.box(ShowSVG.margin + 170, 18, 14, fill: "url(#freed)", stroke: "#c53030")
    canvas.label(
      "freed by HVO: read only, and it shows another one's content", ShowSVG.margin + 196,
      canvas.y + 12, "#4a5568", anchor: "start")
    canvas.y += 14
  }

  private func callTrace(_ canvas: inout Canvas) {
    guard !counterexample.callStack.isEmpty else { return }
    canvas.y += 40
    canvas.text("Call trace", weight: "600")
    for site in counterexample.callStack.prefix(16) {
      canvas.y += 19
      let place = site.file.map { "  \($0):\(site.line ?? 0)" } ?? ""
      canvas.text("\(site.function)\(place)", fill: "#4a5568", isMono: true)
    }
  }

  private func escaped(_ text: String) -> String { Canvas.escaped(text) }

  // MARK: Elements

  /// What is drawn, from the top down.
  private struct Canvas {
    var elements: [String] = []
    /// How far down it is drawn.
    var y = 0.0

    static func escaped(_ text: String) -> String {
      text.printable.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }

    mutating func text(
      _ text: String, size: Int = 14, fill: String = "#1a202c", weight: String = "400",
      isMono: Bool = false
    ) {
      let family = isMono ? " font-family=\"ui-monospace, monospace\" font-size=\"13\"" : ""
      let sized = isMono ? "" : " font-size=\"\(size)\""
      elements.append(
        "<text x=\"\(ShowSVG.margin)\" y=\"\(y)\" fill=\"\(fill)\" font-weight=\"\(weight)\""
          + "\(sized)\(family) xml:space=\"preserve\">\(Canvas.escaped(text))</text>")
    }

    /// Lines of words, as many as are needed.
    mutating func paragraph(_ text: String, fill: String) {
      var line = ""
      for word in text.split(separator: " ") {
        if line.count + word.count > 116 {
          y += 20
          self.text(line, fill: fill)
          line = "   "
        }
        line += line.isEmpty ? "\(word)" : " \(word)"
      }
      y += 20
      self.text(line, fill: fill)
    }

    mutating func label(
      _ text: String, _ x: Double, _ y: Double, _ fill: String, anchor: String = "middle"
    ) {
      elements.append(
        "<text x=\"\(x)\" y=\"\(y)\" fill=\"\(fill)\" font-size=\"12\" "
          + "text-anchor=\"\(anchor)\">\(Canvas.escaped(text))</text>")
    }

    mutating func box(
      _ x: Double, _ width: Double, _ height: Double, fill: String, stroke: String
    ) {
      elements.append(
        "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\" fill=\"\(fill)\" "
          + "stroke=\"\(stroke)\"/>")
    }
  }
}
