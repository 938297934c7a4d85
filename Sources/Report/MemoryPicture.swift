// SPDX-License-Identifier: Apache-2.0

import Verifier

/// What there is to be drawn of a counterexample: folios, their struct pages, the ranges, and the
/// mapping as it should be and as it is.
struct MemoryPicture {
  /// A part of a folio that is to be mapped.
  struct Range {
    /// From 0.
    var number: Int
    /// Pages into the folio.
    var offset: UInt64
    /// Pages.
    var pages: UInt64
    /// The first page's place in the mapping; nil where it has none.
    var start: UInt64?

    /// The page of the folio behind it.
    var end: UInt64 { offset.plus(pages) }
    /// Its last page in the folio.
    var last: UInt64 { end.minus(1) }
  }

  /// A folio, or a BAR.
  struct Folio {
    /// "A", "B", …
    var name: String
    /// "hugetlb", "thp", "shmem", "BAR", or "" where the spec has one kind only.
    var kind: String
    /// The first pfn.
    var head: UInt64
    /// Pages.
    var pages: UInt64
    /// HVO has freed all but the first 64 struct pages.
    var isOptimised: Bool
    /// The ranges of it.
    var ranges: [Range]

    /// Struct pages that are there.
    var keptStructs: UInt64 { isOptimised ? min(pages, MemoryPicture.structsPerPage) : pages }
  }

  /// The place of the mapping that is looked at.
  struct Watched {
    var place: UInt64
    var expected: UInt64?
    /// Nil where nothing is mapped, or where it is not known.
    var actual: UInt64?
    /// Nil where it is not known.
    var isMapped: Bool?
    var isRight: Bool { isMapped == true && actual == expected }
  }

  /// Leaves that were set together.
  struct Leaves {
    /// The first one's place in the mapping.
    var place: UInt64
    var pages: UInt64
    /// The first one's page; the others follow.
    var pfn: UInt64

    /// The place behind the last one.
    var end: UInt64 { place.plus(pages) }
    /// The last one's place.
    var last: UInt64 { end.minus(1) }
  }

  /// struct pages of 64 bytes in a page.
  static let structsPerPage: UInt64 = 64

  let counterexample: Counterexample
  private(set) var folios: [Folio] = []
  /// In order of the mapping: the folio's number and the range.
  private(set) var mapping: [(folio: Int, range: Range)] = []
  /// Pages of the mapping.
  private(set) var total: UInt64 = 0
  /// Where it was mapped; nil where nothing was.
  private(set) var address: UInt64?
  private(set) var watched: Watched?
  /// What the trace tells of leaves; others may have been set as well.
  private(set) var leaves: [Leaves] = []
  /// Pages of the area that the mapping begins with; nil where the trace tells of none.
  private(set) var areaPages: UInt64?
  /// The buffer in words.
  let words: [String]

  init(_ counterexample: Counterexample) {
    self.counterexample = counterexample
    let buffer = BufferPicture(counterexample)
    words = buffer.lines
    let isFile = buffer.scalar("file pages") != nil
    var start: UInt64 = 0
    for (number, inputs) in buffer.ranges.sorted(by: { $0.key < $1.key }) {
      let range = Range(
        number: number, offset: inputs["offset"] ?? 0, pages: inputs["pages"] ?? 1,
        start: isFile ? nil : start)
      let index = add(range, inputs)
      if !isFile { mapping.append((index, range)) }
      start = start.plus(range.pages)
    }
    if isFile { mapFile(buffer) }
    let reports = Dictionary(
      counterexample.reports.map { ($0.name, UInt64($0.value)) }, uniquingKeysWith: { $1 })
    func report(_ name: String) -> UInt64? { reports[name] ?? nil }
    total = report("total pages") ?? start
    address = report("mapping")
    if let place = report("page") {
      watched = Watched(
        place: place, expected: report("expected pfn"), actual: report("actual pfn"),
        isMapped: report("is mapped").map { $0 != 0 })
    }
    readTrace()
  }

  /// Areas and leaves, as the model notes them.
  private mutating func readTrace() {
    var area: UInt64?
    for text in counterexample.trace.map(\.text) {
      if let match = text.wholeMatch(of: /area at 0x(\w+) of 0x(\w+) bytes.*/),
        let start = UInt64(match.1, radix: 16), let bytes = UInt64(match.2, radix: 16),
        area == nil, address == nil || address == start
      {
        area = start
        areaPages = bytes >> 12
      } else if let match = text.wholeMatch(of: /leaf 0x(\w+) := 0x(\w+)/) {
        add(UInt64(match.1, radix: 16), pages: 1, UInt64(match.2, radix: 16), in: area)
      } else if let match = text.wholeMatch(
        of: /leaves \[0x(\w+), 0x(\w+)\) := physical 0x(\w+) on/),
        let start = UInt64(match.1, radix: 16), let end = UInt64(match.2, radix: 16), start < end
      {
        add(start, pages: (end - start) >> 12, UInt64(match.3, radix: 16), in: area)
      }
    }
  }

  private mutating func add(_ va: UInt64?, pages: UInt64, _ entry: UInt64?, in area: UInt64?) {
    guard let va, let entry, entry != 0, let area, va >= area, leaves.count < 4096 else { return }
    // The bits of a leaf that are its page's number.
    let pfn = (entry & 0xf_ffff_ffff_f000) >> 12
    let place = (va - area) >> 12
    if let last = leaves.last, last.end == place, last.pfn.plus(last.pages) == pfn {
      leaves[leaves.count - 1].pages = last.pages.plus(pages)
    } else {
      leaves.append(Leaves(place: place, pages: pages, pfn: pfn))
    }
  }

  /// The pfn that belongs at a place of the mapping.
  func expected(at place: UInt64) -> UInt64? {
    for (folio, range) in mapping {
      if let start = range.start, place >= start, place - start < range.pages {
        return folios[folio].head.plus(range.offset).plus(place - start)
      }
    }
    return nil
  }

  /// Whether all of the leaves are the buffer's; of a long run its two ends are looked at.
  func isRight(_ leaves: Leaves) -> Bool {
    leaves.end <= total && expected(at: leaves.place) == leaves.pfn
      && expected(at: leaves.last) == leaves.pfn.plus(leaves.pages).minus(1)
  }

  /// What there is to say where nothing came to be mapped.
  var unmappedWords: String {
    let pages = counted(Int(clamping: total), "page")
    guard let areaPages else { return "Nothing is mapped: it should be \(pages)." }
    return "The run does not come to a mapping of \(pages): its area is of "
      + "\(counted(Int(clamping: areaPages), "page"))."
  }

  /// The folio of a range: a new one, or the one that an earlier range is of.
  private mutating func add(_ range: Range, _ inputs: [String: UInt64]) -> Int {
    let head = inputs["head pfn"] ?? 0
    if let index = folios.firstIndex(where: { $0.head == head }) {
      folios[index].ranges.append(range)
      folios[index].pages = max(folios[index].pages, range.end)
      return index
    }
    // Without an order it is the spec's own; the range shows the least that it can be.
    var pages: UInt64 = inputs["order"].map { 1 << min($0, 40) } ?? 1
    while pages < range.end { pages = pages.plus(pages) }
    let hasHVO = inputs["hvo"].map { $0 != 0 } ?? false
    let kind = inputs["kind"].flatMap(BufferPicture.kindName) ?? (hasHVO ? "hugetlb" : "")
    folios.append(
      Folio(
        name: MemoryPicture.name(folios.count), kind: kind, head: head, pages: pages,
        isOptimised: hasHVO, ranges: [range]))
    return folios.count - 1
  }

  /// Of a file the mapping has what of its page cache is asked for.
  private mutating func mapFile(_ buffer: BufferPicture) {
    guard let first = buffer.scalar("first page"), let pages = buffer.scalar("file pages") else {
      return
    }
    if buffer.scalar("empty") == 1 { return }
    for (number, inputs) in buffer.ranges.sorted(by: { $0.key < $1.key }) {
      guard let index = inputs["index"], inputs["value entry"] != 1, inputs["uptodate"] != 0,
        let folio = folios.firstIndex(where: { $0.ranges.contains { $0.number == number } })
      else { continue }
      let low = max(index, first)
      let high = min(index.plus(folios[folio].pages), first.plus(pages))
      guard low < high else { continue }
      mapping.append(
        (
          folio,
          Range(number: number, offset: low - index, pages: high - low, start: low - first)
        ))
    }
  }

  private static func name(_ number: Int) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    let letter = String(letters[number % letters.count])
    return number < letters.count ? letter : "\(letter)\(number / letters.count)"
  }

  /// "A+64": where a pfn is.
  func place(of pfn: UInt64) -> String? {
    guard let folio = folios.first(where: { $0.head <= pfn && pfn - $0.head < $0.pages }) else {
      return nil
    }
    return "\(folio.name)+\(pfn - folio.head)"
  }
}

extension MemoryPicture.Folio {
  /// "hugetlb folio A of 512 pages at pfn 0x200, HVO on".
  var title: String {
    let what = kind == "BAR" ? "BAR \(name)" : "\(kind.isEmpty ? "" : kind + " ")folio \(name)"
    let state = isOptimised ? ", HVO on" : ""
    return "\(what): \(counted(Int(clamping: pages), "page")) at pfn \(hex(head))\(state)"
  }
}

/// Sums of numbers that a file has: the largest number, or none, stands for what is beyond it.
extension UInt64 {
  func plus(_ other: UInt64) -> UInt64 {
    let (sum, isBeyond) = addingReportingOverflow(other)
    return isBeyond ? .max : sum
  }

  func minus(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}

/// A scale for a folio's pages: the first 64 get a share of their own, however many follow.
struct PageScale {
  let pages: UInt64
  let width: Double

  /// How far right a page begins, or with `pages` where the last one ends.
  func x(_ page: UInt64) -> Double {
    let first = MemoryPicture.structsPerPage
    guard pages > first * 5 else { return width * Double(page) / Double(max(pages, 1)) }
    let share = width * 0.2
    if page <= first { return share * Double(page) / Double(first) }
    return share + (width - share) * Double(page - first) / Double(pages - first)
  }

  /// The pages are not drawn to one scale.
  var isBroken: Bool { pages > MemoryPicture.structsPerPage * 5 && pages > 512 }
}
