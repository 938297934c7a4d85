// SPDX-License-Identifier: Apache-2.0

import Execution
import Foundation
import Frontend
import Subprocess

/// Finds the lines of addresses in a native spec, by llvm-symbolizer.
struct Symbolizer {
  let program: NativeSpec

  private struct Entry: Decodable {
    struct Frame: Decodable {
      var FunctionName: String
      var FileName: String
      var Line: Int
    }
    var Address: String
    var Symbol: [Frame]?
  }

  /// The call stacks of lists of addresses, the innermost frame first; without the machine's own
  /// frames. Empty where there is no llvm-symbolizer.
  func callStacks(_ stacks: [[UInt64]]) async throws -> [[CallSite]] {
    let addresses = Set(stacks.joined()).sorted()
    guard let symbolizer = program.symbolizer, !addresses.isEmpty else {
      return stacks.map { _ in [] }
    }
    let result = try await Subprocess.run(
      .path(.init(symbolizer)),
      arguments: .init(
        ["--obj=\(program.path)", "--output-style=JSON", "--no-inlines"]
          + addresses.map { "0x" + String($0, radix: 16) }),
      output: .string(limit: 4 << 20), error: .discarded)
    let text = result.standardOutput
    let entries = (try? JSONDecoder().decode([Entry].self, from: Data(text.utf8))) ?? []
    var sites: [UInt64: CallSite] = [:]
    for entry in entries {
      guard let address = UInt64(entry.Address.dropFirst(2), radix: 16),
        let frame = entry.Symbol?.first, !frame.FunctionName.isEmpty
      else { continue }
      sites[address] = CallSite(
        function: frame.FunctionName, file: Symbolizer.name(of: frame.FileName),
        line: frame.Line > 0 ? frame.Line : nil)
    }
    return stacks.map { stack in
      stack.compactMap { sites[$0] }.filter { !Symbolizer.isMachine($0) }
    }
  }

  /// Compiled in ".", so that relative names begin with it.
  private static func name(of file: String) -> String? {
    if file.isEmpty { return nil }
    return file.hasPrefix("./") ? String(file.dropFirst(2)) : file
  }

  private static func isMachine(_ site: CallSite) -> Bool {
    guard let file = site.file else { return true }
    return file.hasPrefix("machine/")
  }
}
