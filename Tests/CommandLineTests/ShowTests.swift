// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `vmapcheck show`.
@Suite struct ShowTests {
  private func counterexample(in scratch: Scratch) async throws -> String {
    try scratch.write(
      try await Counterexamples.shared.text(of: "twin_tail_write", "tail-write"), to: "ce.json")
  }

  @Test func drawsKeptAndFreedStructPages() async throws {
    let scratch = try Scratch()
    let file = try await counterexample(in: scratch)
    let run = try await Vmapcheck.run(["show", file])
    #expect(run.status == 0)
    #expect(run.output.contains("hugetlb folio A: 512 pages at pfn 0x200, HVO on"))
    #expect(run.output.contains(#/\[#+\.+\]/#))
    #expect(run.output.contains("^ range 0: page 64"))
  }

  @Test(arguments: ["svg", "html"])
  func writesAPictureThatNeedsNothingElse(kind: String) async throws {
    let scratch = try Scratch()
    let file = try await counterexample(in: scratch)
    let picture = scratch.path("picture.\(kind)")
    let run = try await Vmapcheck.run(["show", file, "--output", picture])
    #expect(run.status == 0, "\(run.errors)")
    let text = try String(contentsOfFile: picture, encoding: .utf8)
    // The only address is the name of SVG's own namespace.
    #expect(!text.replacing("http://www.w3.org/2000/svg", with: "").contains("http"))
    #expect(!text.contains("<script"))
    #expect(text.contains("freed by HVO"))
    // It may be drawn anew, but nothing else is overwritten.
    #expect(try await Vmapcheck.run(["show", file, "--output", picture]).status == 0)
    for other in ["something else", "<svg><!-- vmapcheck is refuted --></svg>"] {
      try other.write(toFile: picture, atomically: true, encoding: .utf8)
      let refused = try await Vmapcheck.run(["show", file, "--output", picture])
      #expect(refused.status == 2)
      #expect(refused.errors.contains("left alone"))
    }
    try FileManager.default.removeItem(atPath: picture)
    #expect(mkfifo(picture, 0o600) == 0)
    #expect(try await Vmapcheck.run(["show", file, "--output", picture]).status == 2)
  }

  @Test func drawsOrRefusesHugeNumbers() async throws {
    let scratch = try Scratch()
    let text = try String(contentsOfFile: try await counterexample(in: scratch), encoding: .utf8)
    let places = text.matches(of: #/"value" : "\d+"/#).map(\.range)
    for place in places {
      for value in ["18446744073709551615", "4503599627370496", "0"] {
        let changed = text.replacingCharacters(in: place, with: "\"value\" : \"\(value)\"")
        let run = try await Vmapcheck.run(["show", try scratch.write(changed, to: "huge.json")])
        #expect([0, 2].contains(run.status), "\(changed): \(run.errors)")
      }
    }
  }

  @Test func showsNoControlCharacters() async throws {
    let scratch = try Scratch()
    let text = try String(contentsOfFile: try await counterexample(in: scratch), encoding: .utf8)
    let changed = text.replacing(#/"message" : "/#, with: "\"message\" : \"\\u001b[31m\\u0000")
    let file = try scratch.write(changed, to: "control.json")
    let run = try await Vmapcheck.run(["show", file])
    #expect(run.output.contains("\u{FFFD}[31m\u{FFFD}"))
    #expect(!run.output.contains("\u{1B}"))
    let picture = scratch.path("picture.svg")
    #expect(try await Vmapcheck.run(["show", file, "--output", picture]).status == 0)
    #expect(XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: picture))).parse())
  }

  @Test func saysWhatIsWrongWithItsArguments() async throws {
    let scratch = try Scratch()
    let bad = try scratch.write("{}", to: "bad.json")
    let run = try await Vmapcheck.run(["show", bad])
    #expect(run.status == 2)
    #expect(run.errors.contains("is no counterexample"))
    #expect(try await Vmapcheck.run(["show", bad, "--output", "x.png"]).status == 2)
  }
}
