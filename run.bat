@echo off
rem Finds a Python that works, gets one if there is none, and hands over to run.py. All that is said stands at the end.
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul 2>nul
set "PYTHONUTF8=1"
set "ASKED="
set "CODE="
set "HERE=1"
pushd "%~dp0" 2>nul
if errorlevel 1 set "HERE="
if exist run.py if exist pyproject.toml goto find
if defined HERE goto not_unpacked
goto no_folder

:find
for %%P in ("py -3" "python" "python3") do call :named %%P
for /d %%D in ("%LOCALAPPDATA%\Programs\Python\Python3*" "%ProgramFiles%\Python3*") do call :at "%%D"
if defined CODE goto ended
if exist uv.exe goto with_uv

:ask
if defined ASKED goto no_python
set "ASKED=1"
call winget --version >nul 2>nul
if errorlevel 1 goto no_python
call :say_offer
set "ANSWER="
set /p ANSWER=
if /i "%ANSWER:~0,1%"=="n" goto no_python
call winget install 9NQ7512CXL7T -e --accept-package-agreements --accept-source-agreements
goto find

:with_uv
call :say_uv
set "UV_PYTHON_INSTALL_DIR=%LOCALAPPDATA%\mentorings\python"
set "UV_SYSTEM_CERTS=1"
uv.exe run --quiet --no-project --managed-python run.py probe
if errorlevel 1 goto uv_failed
set "CODE=0"
uv.exe run --quiet --no-project --managed-python run.py menu
if errorlevel 1 set "CODE=%ERRORLEVEL%"
goto ended

:uv_failed
call :say_uv_failed
goto ask

rem A Python by its name: the alias of the Store and an empty launcher fail when they are run, old ones are not enough.
:named
if defined CODE exit /b 0
call %~1 -c "" >nul 2>nul
if errorlevel 1 exit /b 0
call %~1 run.py probe >nul 2>nul
if errorlevel 1 exit /b 0
set "CODE=0"
call %~1 run.py menu
if errorlevel 1 set "CODE=%ERRORLEVEL%"
exit /b 0

rem A Python by its folder, for one that was installed without being put on the path.
:at
if defined CODE exit /b 0
if not exist "%~1\python.exe" exit /b 0
"%~1\python.exe" run.py probe >nul 2>nul
if errorlevel 1 exit /b 0
set "CODE=0"
"%~1\python.exe" run.py menu
if errorlevel 1 set "CODE=%ERRORLEVEL%"
exit /b 0

:no_folder
set "CODE=2"
echo Windows nevar atvērt mapi, kurā ir rīks. Pārkopējiet rīka mapi uz šo datoru un mēģiniet vēlreiz.
echo Windows cannot open the folder of this file. Copy it to this computer and try again.
goto closed

:not_unpacked
set "CODE=2"
echo Vispirms atarhivējiet: labais klikšķis uz ZIP datnes, «Extract All…» («Izvilkt visu…»). Tad palaidiet run.bat no jaunās mapes.
echo Unpack the ZIP file first, then run run.bat from the new folder.
goto ended

:no_python
set "CODE=2"
echo Šajā datorā nav derīga Python. Uzstādiet jaunāko no https://www.python.org/downloads/ un vēlreiz palaidiet run.bat.
echo Ja datoru pārvalda darba devējs, palūdziet tā uzturētājam uzstādīt Python no python.org (Python Install Manager).
echo No Python that would do was found. Install the newest from python.org, or ask whoever manages this computer.
goto ended

:say_offer
echo Šajā datorā nav derīga Python. Vai uzstādīt to tagad? Administratora tiesības nevajag.
echo Lai uzstādītu, nospiediet Enter; lai ne, ierakstiet n un nospiediet Enter.
echo Install Python now? Enter: yes. n and Enter: no.
exit /b 0

:say_uv
echo Šajā datorā nav derīga Python. Rīks to lejupielādē tikai savām vajadzībām; tas var ilgt dažas minūtes.
echo No Python that would do was found; fetching one for this tool alone.
exit /b 0

:say_uv_failed
echo Python neizdevās lejupielādēt: to neļauj dators vai tīkls, vai nav interneta savienojuma.
echo Python could not be fetched: the computer or the network does not allow it, or there is no connection.
exit /b 0

:ended
popd
:closed
pause
exit /b %CODE%
