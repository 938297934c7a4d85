// SPDX-License-Identifier: Apache-2.0

import Report
import Verifier

extension VerifyCommand {
  /// What stands below the options in no manual: examples, verdicts, exit codes.
  static var discussion: String {
    let verdicts = Verdict.glossary.map { row("  ", $0.word, 16, $0.meaning) }
    let codes = ExitStatus.allCases.map { row("  ", "\($0.rawValue)", 5, $0.meaning) }
    return """
      Every property of the vmap contract is checked for every spec. A spec's .expect says which \
      verdicts its author expects; one that differs is marked with `!`.

      Examples:
        vmapcheck verify Specs
        vmapcheck verify Specs/linux --kernel /usr/src/linux-source-6.12.tar.xz
        vmapcheck verify my_driver.c --property tail-write --property maps-exactly
        vmapcheck verify Specs --ranges 3 --pages 2 --jobs 1 -v
        vmapcheck verify Specs -q | grep not-as-expected

      Verdicts:
      \(verdicts.joined(separator: "\n"))

      Exit codes; where several apply, the first of 130, 4, 2, 1, 3, 0:
      \(codes.joined(separator: "\n"))
      """
  }

  private static func row(_ begin: String, _ word: String, _ width: Int, _ text: String) -> String {
    begin + word + String(repeating: " ", count: max(1, width - word.count)) + text
  }
}
