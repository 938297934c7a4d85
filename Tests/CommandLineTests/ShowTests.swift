// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `vmapcheck show`.
@Suite struct ShowTests {
  private func counterexample(in scratch: Scratch) async throws -> String {
    let run = try await Vmapcheck.run([
      "verify", "Tests/CommandLineTests/Specs/twin_tail_write.c", "--property", "tail-write",
      "--output", scratch.path("ce"), "-q",
    ])
    #expect(run.errors.isEmpty)
    return scratch.path("ce/twin_tail_write.tail-write.json")
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
    try "something else".write(toFile: picture, atomically: true, encoding: .utf8)
    let refused = try await Vmapcheck.run(["show", file, "--output", picture])
    #expect(refused.status == 2)
    #expect(refused.errors.contains("left alone"))
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
