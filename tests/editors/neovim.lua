-- nvim --headless --clean -l neovim.lua CONFIG RESULT FILE RULE fix|look|hints COMMAND...
-- Opens FILE as a user does and waits for a finding of RULE. To fix: applies the first quick fix that the
-- editor offers for it and waits until the finding has gone; for hints: waits until the editor has some. Writes what it saw to RESULT as JSON.

local config, result, file, rule = arg[1], arg[2], arg[3], arg[4]
local mending = arg[5] == 'fix'
local command = vim.list_slice(arg, 6)
local seen = { version = tostring(vim.version()), steps = {} }
-- A limit for a server that never answers; a server that answers is not waited for any longer.
local PATIENCE = 60000

local function step(name, condition)
  local done = vim.wait(PATIENCE, condition, 10)
  table.insert(seen.steps, { name = name, done = done })
  if not done then
    seen.log = vim.fn.readfile(vim.lsp.log.get_filename())
    error(name .. ': waited in vain')
  end
end

local function findings(buffer)
  return vim.tbl_map(function(found)
    return {
      rule = found.code,
      source = found.source,
      message = found.message,
      severity = vim.diagnostic.severity[found.severity],
      line = found.lnum,
      column = found.col,
    }
  end, vim.diagnostic.get(buffer))
end

local function of_the_rule(buffer)
  return vim.tbl_filter(function(found)
    return found.rule == rule
  end, findings(buffer))
end

local function mend(buffer)
  local found = of_the_rule(buffer)[1]
  vim.api.nvim_win_set_cursor(0, { found.line + 1, found.column })
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  local taken = false
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      local first = action.kind == 'quickfix' and not taken
      taken = taken or first
      seen.title = first and action.title or seen.title
      return first
    end,
  })
  step('the fix is applied', function()
    return vim.api.nvim_buf_get_changedtick(buffer) ~= tick
  end)
  step('the finding is gone', function()
    return #of_the_rule(buffer) == 0
  end)
end

local function run()
  vim.opt.swapfile = false
  vim.opt.runtimepath:prepend(config)
  vim.lsp.config('keras_lsp', { cmd = command })
  vim.lsp.enable('keras_lsp')
  vim.cmd.filetype('on')
  local prose
  if vim.uv.fs_stat('README.md') then
    vim.cmd.edit('README.md')
    prose = vim.api.nvim_get_current_buf()
  end
  vim.cmd.edit(file)
  local buffer = vim.api.nvim_get_current_buf()

  step('the server is there', function()
    return #vim.lsp.get_clients({ bufnr = buffer, name = 'keras_lsp' }) == 1
  end)
  local client = vim.lsp.get_clients({ bufnr = buffer })[1]
  seen.encoding, seen.root = client.offset_encoding, client.root_dir

  step('the finding is shown', function()
    return #of_the_rule(buffer) > 0
  end)
  seen.before = findings(buffer)
  seen.with_prose = prose and #vim.lsp.get_clients({ bufnr = prose })

  if mending then
    mend(buffer)
  elseif arg[5] == 'hints' then
    vim.lsp.inlay_hint.enable(true)
    step('there are hints', function()
      return #vim.lsp.inlay_hint.get({ bufnr = buffer }) > 0
    end)
    seen.hints = vim.tbl_map(function(hint)
      local label = hint.inlay_hint.label
      return {
        line = hint.inlay_hint.position.line,
        label = type(label) == 'string' and label or label[1].value,
      }
    end, vim.lsp.inlay_hint.get({ bufnr = buffer }))
  end
  seen.text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n') .. '\n'
  seen.after = findings(buffer)

  vim.lsp.stop_client(vim.lsp.get_clients())
  step('the server has ended', function()
    return #vim.lsp.get_clients() == 0
  end)
end

local ok, problem = pcall(run)
seen.problem = not ok and tostring(problem) or nil
vim.fn.writefile({ vim.json.encode(seen) }, result)
vim.cmd(ok and 'qall!' or 'cquit!')
