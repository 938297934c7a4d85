// SPDX-License-Identifier: Apache-2.0

import Execution

/// What a kernel's log says of a run, of what is a splat.
struct KernelLog: Sendable {
  /// A WARN, a BUG, an oops.
  struct Splat: Sendable {
    /// Its first line.
    var text: String
    /// Where, the innermost frame first; file and line only where the kernel says them.
    var callStack: [CallSite] = []
    /// The address of a page fault.
    var address: UInt64?
    var isWrite = false
    var errorCode: Int?
    /// The process in which it came about, as far as the kernel says.
    var pid: Int?
  }

  private(set) var splats: [Splat] = []
  /// All lines.
  let lines: [String]

  private static let beginnings = [
    "WARNING: ", "BUG: ", "kernel BUG at ", "general protection fault", "Oops: general",
    "Trying to vunmap() nonexistent", "Trying to vfree() nonexistent", "watchdog: BUG",
    "INFO: task ", "INFO: rcu", "rcu: INFO", "UBSAN: ", "Kernel panic",
  ]

  /// Reads the lines of a log.
  ///
  /// - Parameter pid: only what this process has brought about is a splat; nil: all is.
  init(_ lines: [String], of pid: Int? = nil) {
    self.lines = lines
    var isTrace = false
    for line in lines {
      let text = line.trimmingPrefix(while: \.isWhitespace)
      if Self.beginnings.contains(where: text.hasPrefix) {
        // "Trying to ..." is the text of the WARNING that comes next.
        if let last = splats.indices.last, splats[last].text.hasPrefix("Trying to"),
          text.hasPrefix("WARNING: ")
        {
          splats[last].callStack += Self.site(of: text).map { [$0] } ?? []
        } else {
          splats.append(
            Splat(text: String(text), callStack: Self.site(of: text).map { [$0] } ?? []))
        }
        isTrace = false
      }
      guard let last = splats.indices.last else { continue }
      if let match = text.firstMatch(of: /address: (?:0x)?([0-9a-f]{8,})/) {
        splats[last].address = UInt64(match.1, radix: 16)
      }
      if let match = text.firstMatch(of: #/^CPU: .*\bPID: (\d+) Comm: /#) {
        splats[last].pid = Int(match.1)
      }
      if text.hasPrefix("#PF: supervisor write access") { splats[last].isWrite = true }
      if let match = text.firstMatch(of: /^#PF: error_code\(0x([0-9a-f]+)\)/) {
        splats[last].errorCode = Int(match.1, radix: 16)
      }
      if let match = text.firstMatch(of: /^RIP: 0010:([A-Za-z0-9_.]+)\+0x/),
        splats[last].callStack.isEmpty
      {
        splats[last].callStack = [CallSite(function: String(match.1), file: nil, line: nil)]
      }
      if text.hasPrefix("Call Trace:") { isTrace = true }
      if text.hasPrefix("</TASK>") || text.hasPrefix("---[ end trace") { isTrace = false }
      if isTrace, let match = text.firstMatch(of: /^([A-Za-z0-9_.]+)\+0x[0-9a-f]+\/0x/) {
        let name = String(match.1)
        if splats[last].callStack.last?.function != name, !Self.isReporter(name) {
          splats[last].callStack.append(CallSite(function: name, file: nil, line: nil))
        }
      }
    }
    if let pid { splats.removeAll { $0.pid != pid } }
  }

  /// "mm/vmalloc.c:3551 vmap_pfn_apply+0x9c/0xc0" of a WARNING.
  private static func site(of text: some StringProtocol) -> CallSite? {
    let line = String(text)
    guard let match = line.firstMatch(of: /\ at ([^ :]+):(\d+) ([A-Za-z0-9_.]+)\+0x/) else {
      return nil
    }
    return CallSite(function: String(match.3), file: String(match.1), line: Int(match.2))
  }

  /// What prints a splat is in its trace.
  private static func isReporter(_ name: String) -> Bool {
    let names = [
      "__die", "__warn", "report_bug", "handle_bug", "exc_", "asm_exc_", "page_fault_oops",
      "do_user_addr_fault", "die", "no_context", "show_trace", "dump_stack", "__show_regs",
    ]
    return names.contains { name == $0 || ($0.hasSuffix("_") && name.hasPrefix($0)) }
      || name.hasPrefix("__die_body") || name.hasPrefix("report_bug")
  }
}
