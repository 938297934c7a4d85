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

  /// Each with the property to look at.
  private static let leakOfOne = """
    void *a = kmalloc(8, GFP_KERNEL), *b = a ? kmalloc(8, GFP_KERNEL) : NULL;

    if (b)
      kfree(a);
    kfree(b);
    return NULL;
    """
  private static let leakOfEither = """
    void *a = kmalloc(8, GFP_KERNEL), *b = kmalloc(8, GFP_KERNEL);

    if (a && b) {
      kfree(a);
      kfree(b);
    }
    return NULL;
    """

  @Test(arguments: [
    (refusing, ".buffer.kinds = SHMEM", "accepts", true),
    (refusing, ".buffer.kinds = THP", "accepts", false),
    (refusing, ".buffer = { .kinds = THP, .order = 1 }", "accepts", false),
    ("return nr_ranges == 2 ? NULL : ERR_PTR(-1);", ".bound.ranges = 2", "accepts", true),
    (leakOfOne, ".bound.ranges = 2", "clean-failure", true),
    (leakOfEither, ".bound.ranges = 2", "clean-failure", false),
  ])
  func isUnique(_ body: String, _ fields: String, _ property: String, _ isUnique: Bool) async throws
  {
    _ = try scratch.spec(body, fields: ".map = map, \(fields),")
    let run = try await scratch.verify("s.c", "--property", property)
    #expect(run.output.contains("This is the only counterexample of its size") == isUnique)
    let file = URL(fileURLWithPath: scratch.path("counterexamples/s.\(property).json"))
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
    #expect((object as? [String: Any])?["isUnique"] as? Bool == isUnique)
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
