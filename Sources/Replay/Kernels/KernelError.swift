// SPDX-License-Identifier: Apache-2.0

/// What can go wrong with a machine that is a real kernel: what, where, and what to do about it.
public enum KernelError: Error, Sendable, Hashable, CustomStringConvertible {
  /// There is no machine of that name.
  case unknown(name: String)
  /// It has not been added.
  case notAdded(name: String)
  /// Programs that are needed and are not there, and the packages that have them.
  case toolsMissing(tools: [String], packages: [String])
  /// A program has failed.
  case tool(command: String, output: String)
  /// No package of the kernel can be had.
  case noPackage(pattern: String)
  /// A file of the user's that cannot be used.
  case file(path: String, reason: String)
  /// The cache cannot be written to.
  case cacheNotWritable(path: String, reason: String)
  /// The guest has crashed, hangs, or says what it should not.
  case guest(machine: String, reason: String, console: [String])
  /// A control of the machine does not come out as it has to.
  case control(machine: String, reason: String)
  /// This computer's own kernel cannot be used.
  case host(reason: String)

  /// What the user is told.
  public var description: String {
    switch self {
    case .unknown(let name):
      return "\(name): there is no such machine; `vmapcheck machines` lists them"
    case .notAdded(let name):
      return "\(name): not added yet: vmapcheck machines add \(name)"
    case .toolsMissing(let tools, let packages):
      return "not found: \(tools.joined(separator: ", ")); install: "
        + "apt-get install -y \(packages.joined(separator: " "))"
    case .tool(let command, let output):
      let tail = output.split(separator: "\n").suffix(12).joined(separator: "\n  ")
      return "\(command): failed" + (tail.isEmpty ? "" : ":\n  \(tail)")
    case .noPackage(let pattern):
      return "apt knows no package '\(pattern)' with headers: run apt-get update, or give your "
        + "own kernel with --vmlinux and --headers"
    case .file(let path, let reason): return "\(path): \(reason)"
    case .cacheNotWritable(let path, let reason):
      return "\(path): cannot be written: \(reason); set XDG_CACHE_HOME"
    case .guest(let machine, let reason, let console):
      let tail = console.isEmpty ? "" : "; the end of its console:\n  "
      return "\(machine): \(reason)\(tail)" + console.joined(separator: "\n  ")
    case .control(let machine, let reason):
      return "\(machine): is not to be believed: \(reason)"
    case .host(let reason): return "host: \(reason)"
    }
  }
}
