// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// The line of progress, which only a terminal gets.
@Suite struct ProgressTests {
  /// A clang that takes its time, so that there is something to wait for.
  private static let slowClang = """
    #!/bin/sh
    [ "$1" = --version ] || sleep 3
    exec "$(dirname "$(readlink -f "$(command -v swift)")")/clang" "$@"

    """

  @Test func goesToStandardErrorAndIsTakenAway() async throws {
    let scratch = try Scratch()
    _ = try scratch.spec(refusing, fields: refusingFields)
    let clang = try scratch.write(Self.slowClang, to: "clang")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: clang)
    let command = "'\(try Vmapcheck.executable().path)' verify s.c --clang ./clang >out"
    // script(1) is the terminal of standard error.
    let result = try await Subprocess.run(
      .name("script"), arguments: ["-qec", command, "/dev/null"],
      workingDirectory: .init(scratch.url.path), output: .string(limit: 1 << 20),
      error: .discarded)
    #expect(result.terminationStatus.isSuccess)
    let terminal = result.standardOutput
    #expect(terminal.contains("\r\u{1B}[K2 s: s.c; 0 done, 0 left"))
    #expect(terminal.hasSuffix("\r\u{1B}[K"))
    let output = try String(contentsOfFile: scratch.path("out"), encoding: .utf8)
    #expect(output.contains("vmapcheck: s: as-expected"))
    #expect(!output.contains("\u{1B}"))
    #expect(!output.contains(" done, "))
  }

  @Test func isNotShownWithoutATerminal() async throws {
    let scratch = try Scratch()
    _ = try scratch.spec(refusing, fields: refusingFields)
    let clang = try scratch.write(Self.slowClang, to: "clang")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: clang)
    #expect(try await scratch.verify("s.c", "--clang", "./clang").errors.isEmpty)
  }
}
