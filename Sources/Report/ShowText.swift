// SPDX-License-Identifier: Apache-2.0

import Verifier

/// The picture of a counterexample for a terminal.
public struct ShowText: Sendable {
  let counterexample: Counterexample
  let style: Style
  /// Columns.
  let width: Int

  /// Makes the picture.
  public init(_ counterexample: Counterexample, style: Style, width: Int = 64) {
    self.counterexample = counterexample
    self.style = style
    self.width = max(24, width)
  }

  /// The lines.
  public var lines: [String] {
    let picture = MemoryPicture(counterexample)
    var lines = [
      style.paint("\(counterexample.spec): \(counterexample.property) is refuted", .bold),
      "  \(counterexample.message)",
    ]
    if let site = counterexample.callStack.first, let file = site.file {
      lines.append("  in \(site.function), \(file):\(site.line ?? 0)")
    }
    lines.append("")
    lines += picture.words
    for folio in picture.folios { lines += [""] + bar(folio, picture) }
    lines += [""] + mapping(picture)
    if picture.folios.contains(where: \.isOptimised) {
      lines += ["", "# struct page kept   . freed by HVO: read only, shows another's content"]
    }
    return lines
  }

  // MARK: Folios

  private func bar(_ folio: MemoryPicture.Folio, _ picture: MemoryPicture) -> [String] {
    let columns = Int(min(UInt64(width), max(folio.pages, 1)))
    let scale = PageScale(pages: folio.pages, width: Double(columns))
    var cells = Array(repeating: Character("#"), count: columns)
    if folio.kind == "BAR" { cells = Array(repeating: "-", count: columns) }
    for column in 0..<columns where folio.isOptimised {
      if Double(column) >= scale.x(folio.keptStructs) { cells[column] = "." }
    }
    let text = "  [\(String(cells))]"
    var lines = [folio.title, text + (folio.kind == "BAR" ? "  no struct pages" : "")]
    for range in folio.ranges {
      let from = min(Int(scale.x(range.offset)), columns - 1)
      let end = max(from + 1, min(columns, Int(scale.x(range.end).rounded(.up))))
      let mark = String(repeating: " ", count: from) + String(repeating: "^", count: end - from)
      let pages =
        range.pages == 1 ? "page \(range.last)" : "pages \(range.offset) to \(range.last)"
      lines.append("   \(style.paint(mark, .yellow)) range \(range.number): \(pages)")
    }
    return lines
  }

  // MARK: The mapping

  private func mapping(_ picture: MemoryPicture) -> [String] {
    guard let address = picture.address else {
      return [picture.unmappedWords]
        + picture.leaves.prefix(8).map { leaves in
          "  leaves \(leaves.place) to \(leaves.last): "
            + words(leaves.pfn, picture) + " on"
        }
    }
    var lines = [
      "Mapping of \(counted(Int(clamping: picture.total), "page")) at \(hex(address)):",
      "  place            should be            is",
    ]
    for place in rows(picture) {
      let expected = picture.expected(at: place)
      let should = expected.map { words($0, picture) } ?? "nothing"
      var isText = ""
      var isWrong = false
      if let watched = picture.watched, watched.place == place {
        isWrong = !watched.isRight
        if watched.isMapped == false {
          isText = "not mapped"
        } else if let actual = watched.actual {
          isText = words(actual, picture)
        }
        isText += isWrong ? "   <-- wrong" : "   as it should be"
      } else if let leaves = picture.leaves.last(where: {
        place >= $0.place && place - $0.place < $0.pages
      }) {
        let actual = leaves.pfn.plus(place - leaves.place)
        isWrong = actual != expected
        isText = words(actual, picture) + (isWrong ? "   <-- wrong" : "")
      }
      let line = "  \(padded("\(place)", 15))  \(padded(should, 19))  \(isText)"
      lines.append(isWrong ? style.paint(line, .red) : line)
    }
    return lines
  }

  /// The first and the last page of each range, and the one that is looked at.
  private func rows(_ picture: MemoryPicture) -> [UInt64] {
    var places: Set<UInt64> = []
    for (_, range) in picture.mapping.prefix(8) {
      guard let start = range.start else { continue }
      places.formUnion([start, start.plus(range.pages).minus(1)])
    }
    if let watched = picture.watched { places.insert(watched.place) }
    return places.sorted()
  }

  private func words(_ pfn: UInt64, _ picture: MemoryPicture) -> String {
    let place = picture.place(of: pfn).map { " = \($0)" } ?? ""
    return "pfn \(hex(pfn))\(place)"
  }
}
