// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Ctrl-C in the midst of a run.
@Suite struct InterruptionTests {
  @Test(arguments: [SIGINT, SIGTERM])
  func printsWhatIsKnownAndLeavesNothing(_ number: Int32) async throws {
    let scratch = try Scratch()
    _ = try scratch.spec(refusing, fields: refusingFields, to: "a.c")
    try FileManager.default.createDirectory(
      atPath: scratch.path("tmp"), withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = try Vmapcheck.executable()
    process.arguments = [
      "verify", "a.c", Vmapcheck.package.appendingPathComponent("Specs/rfc").path, "--ranges", "6",
      "--pages", "8", "--timeout-ms", "0", "--rlimit", "0", "--jobs", "1",
    ]
    process.currentDirectoryURL = scratch.url
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["TMPDIR": scratch.path("tmp")]) { $1 }
    let output = scratch.url.appendingPathComponent("out")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    process.standardOutput = try FileHandle(forWritingTo: output)
    try process.run()
    let text = { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }
    for _ in 0..<300 where !text().contains("vmapcheck: s: ") {
      try await Task.sleep(for: .milliseconds(100))
    }
    try await Task.sleep(for: .milliseconds(1500))
    kill(process.processIdentifier, number)
    for _ in 0..<300 where process.isRunning { try await Task.sleep(for: .milliseconds(100)) }
    try #require(!process.isRunning)
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 130)
    #expect(text().contains("vmapcheck: s: as-expected"))
    #expect(text().contains(": interrupted: no verdicts"))
    #expect(text().contains("vmapcheck: interrupted: "))
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("tmp")).isEmpty)
    #expect(try processes(with: scratch.path("tmp")).isEmpty)
  }

  /// The processes that have a text in their environment, as the command's children would.
  private func processes(with text: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
      let environment = FileManager.default.contents(atPath: "/proc/\(name)/environ")
      return Int(name) != nil && environment?.range(of: Data(text.utf8)) != nil
    }
  }
}
