// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import KernelSource

/// Takes names, written as a spec writes them, out of C text that stands for `a.c`.
func take(
  _ names: String..., from text: String, alreadyDefined: Set<String> = []
) throws -> TakenText {
  let (taken, missing) = Taking(text: text, file: "a.c").take(
    names.compactMap(TakeName.init(parsing:)), alreadyDefined: alreadyDefined)
  guard missing.isEmpty else {
    throw KernelSourceError.namesMissing(missing, file: "a.c", tree: "linux 0.0.0")
  }
  return taken
}

extension TakenText {
  /// The text without the tool's own lines.
  var kernelText: String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("#line") && !$0.hasPrefix("#define HAVE_") }
      .joined(separator: "\n")
  }

  /// The macros for adapters, without their prefix.
  var haves: [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("#define HAVE_") }
      .map { String($0.dropFirst("#define HAVE_".count).dropLast(" 1".count)) }
  }
}
