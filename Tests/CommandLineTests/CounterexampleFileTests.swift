// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The folder of counterexamples.
@Suite struct CounterexampleFileTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    _ = try scratch.spec(refusing, fields: refusingFields)
  }

  @Test func isWrittenOverAnOlderOne() async throws {
    for _ in 0..<2 {
      let run = try await scratch.verify("s.c", "--output", "a/b")
      #expect(run.status == 0)
      #expect(run.output.contains("Counterexample: a/b/s.accepts.json"))
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path("a/b"))
    #expect(files == ["s.accepts.json"])
  }

  @Test(arguments: ["mine\n", "{}", "{\"schema\": 1}"])
  func anothersFileIsLeftAlone(_ text: String) async throws {
    let file = try scratch.write(text, to: "counterexamples/s.accepts.json")
    let run = try await scratch.verify("s.c")
    #expect(run.status == 2)
    #expect(run.errors.contains("counterexamples/s.accepts.json: left alone"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    #expect(run.lastLine(of: "s").contains("as-expected"))
  }

  @Test func folderThatCannotBeMade() async throws {
    try scratch.write("", to: "file")
    let run = try await scratch.verify("s.c", "--output", "file/below")
    #expect(run.status == 2)
    #expect(run.errors.contains("file/below: no folder for counterexamples can be made"))
    #expect(run.lastLine(of: "s").contains("as-expected"))
  }
}
